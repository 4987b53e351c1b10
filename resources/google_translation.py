"""Google Cloud Translation (v3, neural): English for any language, at a price by the character.

Belongs here: the official client, its limits, and when to ask again. Does not belong here: which
texts are worth it (`glossary_first.py`), and keeping what was paid for (`translation_cache.py`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from resources.translation import TranslationFailed

if TYPE_CHECKING:
    from google.cloud.translate_v3 import TranslationServiceClient

GOOGLE_VERSION = 1
"""Google betters its models without notice; bump to have every text translated and paid anew."""

# https://cloud.google.com/translate/quotas: strings, and code points, in one call.
TEXTS_PER_CALL = 1_024
CHARACTERS_PER_CALL = 30_000

GOOGLE_CODES: Mapping[str, str] = {"zh": "zh-TW"}
"""Google's codes where they differ from ISO 639-1, which does not tell traditional characters
(Taiwan, the one country with Chinese menus) from simplified ones."""


class NoGoogleCredentials(ValueError):
    """The machine has no account of Google's; the message says how to give it one."""


def client_with_default_credentials() -> "TranslationServiceClient":
    """A client over HTTPS with the machine's credentials.

    Not over gRPC: its threads do not survive the forks of Dagster's multiprocess executor.

    Raises:
        NoGoogleCredentials: there are none.
    """
    from google.auth.exceptions import DefaultCredentialsError
    from google.cloud.translate_v3 import TranslationServiceClient

    try:
        return TranslationServiceClient(transport="rest")
    except DefaultCredentialsError as error:
        raise NoGoogleCredentials(
            "GARNISH_TRANSLATOR is 'google', but there are no credentials: set "
            "GOOGLE_APPLICATION_CREDENTIALS to a service account's file, or give the pod a service "
            f"account with the role Cloud Translation API User ({error})"
        ) from error


@dataclass(frozen=True)
class GoogleTranslator:
    """A translation service of a Google Cloud project.

    Attributes:
        project: Id of the project that pays.
        make_client: Makes the client at the first call.
        first_wait_s: Mean wait after the first refusal; it doubles each time, up to a minute,
            after which Google's quotas begin anew.
        patience_s: How long a call is tried again after refusals and faults.
        timeout_s: How long one try may take.
    """

    project: str
    make_client: Callable[[], "TranslationServiceClient"] = client_with_default_credentials
    first_wait_s: float = 1.0
    patience_s: float = 300.0
    timeout_s: float = 60.0

    @cached_property
    def version(self) -> str:
        """The service and our count of its changes."""
        return f"google-{GOOGLE_VERSION}"

    @cached_property
    def _client(self) -> "TranslationServiceClient":
        return self.make_client()

    def translate(self, texts: Sequence[str], *, language: str) -> Iterator[Mapping[str, str]]:
        """English by text, one call after the other.

        Raises:
            NoGoogleCredentials: the machine has no account.
            TranslationFailed: Google refused, or did not answer within `patience_s`.
        """
        for batch in calls(texts):
            yield dict(zip(batch, self._call(batch, language), strict=True))

    def _call(self, texts: list[str], language: str) -> list[str]:
        import requests
        from google.api_core import exceptions
        from google.api_core.retry import Retry, if_exception_type
        from google.auth.exceptions import GoogleAuthError, TransportError

        worth_another_try = if_exception_type(
            exceptions.TooManyRequests,  # quota; also ResourceExhausted, its gRPC name
            exceptions.InternalServerError,
            exceptions.BadGateway,
            exceptions.ServiceUnavailable,
            exceptions.GatewayTimeout,
            requests.ConnectionError,
            requests.Timeout,
            TransportError,
        )
        try:
            response = self._client.translate_text(
                parent=f"projects/{self.project}/locations/global",
                contents=texts,
                mime_type="text/plain",  # the default, HTML, gives "&#39;" for an apostrophe
                source_language_code=GOOGLE_CODES.get(language, language),
                target_language_code="en",
                retry=Retry(
                    predicate=worth_another_try,
                    initial=self.first_wait_s,
                    maximum=60.0,
                    timeout=self.patience_s,
                ),
                timeout=self.timeout_s,
            )
        except (exceptions.GoogleAPIError, GoogleAuthError, requests.RequestException) as error:
            raise TranslationFailed(f"Google Cloud Translation: {error}") from error
        return [translation.translated_text for translation in response.translations]


def calls(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in runs that one call takes; a text that is too long alone goes alone."""
    batch: list[str] = []
    characters = 0
    for text in texts:
        if batch and (len(batch) == TEXTS_PER_CALL or characters + len(text) > CHARACTERS_PER_CALL):
            yield batch
            batch, characters = [], 0
        batch.append(text)
        characters += len(text)
    if batch:
        yield batch
