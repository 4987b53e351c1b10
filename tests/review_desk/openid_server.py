"""A small OpenID provider on loopback, which can be told to lie."""

import time
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "garnish", "a secret: of the client"


@dataclass
class OpenIdServer:
    """The provider; whoever is sent to it is `person` at once.

    Attributes:
        person: Claims of the ID token.
        lie: Claims that replace those of an honest token.
        key: Signs.
        published: Key that is told to the world; an honest provider's is the one that signs.
        issuer: Its address, once it serves.
    """

    person: dict[str, Any]
    lie: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: RSAKey | None = None
    issuer: str = ""
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def discovery() -> dict[str, Any]:
            return {
                "issuer": self.issuer,
                "authorization_endpoint": self.issuer + "/authorize",
                "token_endpoint": self.issuer + "/token",
                "jwks_uri": self.issuer + "/keys",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }

        @app.get("/authorize")
        def authorize(request: Request) -> RedirectResponse:
            query = dict(request.query_params)
            code = f"code-{len(self.asked)}"
            self.asked[code] = query
            address = f"{query['redirect_uri']}?code={code}&state={query['state']}"
            return RedirectResponse(address, 303)

        @app.post("/token")
        def token(
            request: Request,
            code: str = Form(),
            redirect_uri: str = Form(),
            code_verifier: str = Form(),
        ) -> dict[str, Any]:
            asked = self.asked.pop(code, None)
            basic = "Basic Z2FybmlzaDphK3NlY3JldCUzQStvZit0aGUrY2xpZW50"
            if (
                asked is None
                or request.headers["authorization"] != basic
                or redirect_uri != asked["redirect_uri"]
                or create_s256_code_challenge(code_verifier) != asked["code_challenge"]
            ):
                raise HTTPException(400, "invalid_grant")
            claims = {
                "iss": self.issuer,
                "aud": CLIENT,
                "iat": int(time.time()),
                "exp": int(time.time()) + 60,
                "nonce": asked["nonce"],
                **self.person,
                **self.lie,
            }
            header = {"alg": "RS256", "kid": "one"}
            return {
                "access_token": "nothing",
                "token_type": "Bearer",
                "id_token": jwt.encode(header, claims, self.key),
            }

        @app.get("/keys")
        def keys() -> dict[str, Any]:
            return {"keys": [(self.published or self.key).as_dict(private=False)]}

        return app
