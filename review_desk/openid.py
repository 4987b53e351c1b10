"""OpenID Connect: asking a provider who somebody is, and believing only what it has signed.

Belongs here: the authorization code flow with PKCE, and the checks of an ID token (OpenID Connect
Core 1.0, 3.1.3.7). Does not belong here: pages (`openid_sign_in.py`) and accounts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from resources.settings import SettingError
from review_desk.sessions import new_token

PATIENCE_S = 10
"""How long the provider may take for an answer."""

CLOCKS_DIFFER_S = 120
"""How far the provider's clock may be from ours."""

SIGNATURES = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
"""By a private key of the provider: never "none", never with a secret that the client knows."""


class OpenIdFailed(Exception):
    """The provider does not answer, or what it answers proves nothing."""


@dataclass(frozen=True)
class OpenIdProvider:
    """A provider, and this desk as its client.

    Attributes:
        issuer: Its address; below it is `.well-known/openid-configuration`.
        client_id: Name of the desk at the provider.
        client_secret: Proof that it is the desk who asks.
        creates_accounts: Whether a person without an account gets one, as a reviewer.
        domains: Domains of e-mail addresses of such persons.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    creates_accounts: bool = False
    domains: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        address = urlsplit(self.issuer)
        is_here = address.hostname in ("localhost", "127.0.0.1")
        if address.scheme != "https" and not (address.scheme == "http" and is_here):
            raise SettingError(f"GARNISH_OIDC_ISSUER is {self.issuer!r}: use an https address")
        if self.creates_accounts and not self.domains:
            raise SettingError(
                "GARNISH_OIDC_CREATE is 1: name in GARNISH_OIDC_DOMAINS whose people may have an"
                " account, e.g. example.org"
            )

    def welcomes(self, email: str) -> bool:
        """Whether a person of this address may have a new account."""
        return self.creates_accounts and email.rpartition("@")[2].lower() in self.domains


@dataclass(frozen=True)
class Asked:
    """What was asked of the provider; the answer has to fit. The browser brings it back, signed."""

    state: str = field(default_factory=new_token)
    nonce: str = field(default_factory=new_token)
    verifier: str = field(default_factory=new_token)


@dataclass(frozen=True)
class Person:
    """Who the provider says somebody is.

    Attributes:
        subject: Issuer and its id of the person, which no other person ever gets.
        email: E-mail address if the provider has verified it.
    """

    subject: str
    email: str | None


def authorization_address(provider: OpenIdProvider, asked: Asked, back: str) -> str:
    """Where the browser goes to ask; it comes back to the address `back`.

    Raises:
        OpenIdFailed: the provider cannot be asked.
    """
    with _failing_clearly(provider), _client() as client:
        endpoint = _metadata(provider, client)["authorization_endpoint"]
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": "openid email",
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": create_s256_code_challenge(asked.verifier),
        "code_challenge_method": "S256",
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def person_of(provider: OpenIdProvider, asked: Asked, code: str, back: str) -> Person:
    """Who the provider says came back with a code.

    Raises:
        OpenIdFailed: it says nothing, or what it says was not signed by it, for us, just now.
    """
    with _failing_clearly(provider), _client() as client:
        metadata = _metadata(provider, client)
        token = _token(provider, metadata, client, asked, code, back)
        keys = client.get(metadata["jwks_uri"]).raise_for_status().json()
        offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        decoded = jwt.decode(
            token["id_token"],
            KeySet.import_key_set(keys),
            registry=JWSRegistry(
                algorithms=[name for name in offered if name in SIGNATURES],
                strict_check_header=False,
            ),
        )
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            {
                "nonce": asked.nonce,
                "client_id": provider.client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=CLOCKS_DIFFER_S)
    is_verified = claims.get("email_verified") is True
    return Person(
        subject=f"{provider.issuer} {claims['sub']}",
        email=str(claims["email"]).lower() if is_verified and claims.get("email") else None,
    )


def _client() -> httpx.Client:
    return httpx.Client(timeout=PATIENCE_S, follow_redirects=False)


def _metadata(provider: OpenIdProvider, client: httpx.Client) -> dict[str, Any]:
    """What the provider says of itself (OpenID Connect Discovery 1.0, 4)."""
    address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    metadata: dict[str, Any] = client.get(address).raise_for_status().json()
    if metadata["issuer"] != provider.issuer:
        raise ValueError(f"it calls itself {metadata['issuer']}")
    return metadata


def _token(
    provider: OpenIdProvider,
    metadata: dict[str, Any],
    client: httpx.Client,
    asked: Asked,
    code: str,
    back: str,
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": asked.verifier,
    }
    ways = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" in ways:
        # RFC 6749, 2.3.1: both are form-encoded before they are joined.
        basic = httpx.BasicAuth(quote_plus(provider.client_id), quote_plus(provider.client_secret))
        answer = client.post(metadata["token_endpoint"], data=form, auth=basic)
    else:
        form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
        answer = client.post(metadata["token_endpoint"], data=form)
    token: dict[str, Any] = answer.raise_for_status().json()
    return token


@contextmanager
def _failing_clearly(provider: OpenIdProvider) -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, JoseError, KeyError, TypeError, ValueError) as error:
        raise OpenIdFailed(f"{provider.issuer}: {type(error).__name__}: {error}") from error
