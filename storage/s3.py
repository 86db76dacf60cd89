"""An object store on any S3 server: checksums on the way in, nothing ever overwritten."""

from __future__ import annotations

import contextlib
from collections.abc import Container, Generator, Iterator
from datetime import datetime
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from storage.objects import (
    PIECE,
    ObjectExists,
    ObjectMissing,
    Partial,
    Stored,
    StoreUnavailable,
    Writer,
    checked_key,
)
from storage.s3_partial import TAILS, S3Partial, checksum, sweep_tails

Client = Any  # boto3 makes its methods while running, from a description of the service
PART: Final = 8 * PIECE
ERRORS: Final = {
    "NoSuchKey": ObjectMissing,
    "404": ObjectMissing,  # HEAD has no body to say more in
    "NoSuchUpload": ObjectMissing,
    "PreconditionFailed": ObjectExists,
}


class S3Store:
    """Objects in one bucket. The client may be used by many threads."""

    def __init__(
        self,
        bucket: str,
        *,
        access_key: str,
        secret_key: str,
        endpoint: str = "",
        region: str = "us-east-1",
        patience: float = 20,
    ) -> None:
        """Take the bucket's address; `patience` is how many seconds the server may be silent."""
        self.bucket = bucket
        session: Any = boto3.Session()  # of its own: the package's shared one is not for threads
        self.client: Client = session.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=_config(patience),
        )

    def writer(self, key: str) -> Writer:
        """Begin an object under a key from new_key()."""
        return S3Writer(self.client, {"Bucket": self.bucket, "Key": checked_key(key)})

    def partial(self, key: str) -> Partial:
        """Go on with an object that comes in pieces, or begin it."""
        return S3Partial(self.ask, checked_key(key), part=PART)

    def ask(self, act: str, **words: Any) -> dict[str, Any]:
        """Ask the server for one act in our bucket; raises what its refusal means."""
        with _failures():
            answer = getattr(self.client, act)(Bucket=self.bucket, **words)
            if "Body" in answer:  # read here, where a broken line still says what it is
                answer["Body"] = answer["Body"].read()
            return answer

    def read(self, key: str) -> Iterator[bytes]:
        """Yield the object in pieces of at most 1 MiB."""
        with _failures():
            answer = self.client.get_object(Bucket=self.bucket, Key=checked_key(key))
            with contextlib.closing(answer["Body"]) as body:
                yield from body.iter_chunks(PIECE)

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens if it is not there."""
        with _failures():
            self.client.delete_object(Bucket=self.bucket, Key=checked_key(key))

    def inventory(self) -> Iterator[Stored]:
        """Yield every object, in the order of their keys."""
        with _failures():
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
                for found in page.get("Contents", ()):
                    if not found["Key"].startswith(TAILS):
                        yield Stored(found["Key"], found["Size"], found["LastModified"])

    def sweep(self, before: datetime, *, keeping: Container[str] = ()) -> int:
        """Give up the multipart uploads begun before this moment; say how many."""
        count = 0
        pages = self.client.get_paginator("list_multipart_uploads")
        with _failures():
            for page in pages.paginate(Bucket=self.bucket):
                for upload in page.get("Uploads", ()):
                    if upload["Initiated"] < before and upload["Key"] not in keeping:
                        self.ask(
                            "abort_multipart_upload",
                            Key=upload["Key"],
                            UploadId=upload["UploadId"],
                        )
                        count += 1
        sweep_tails(self.ask, before, keeping=keeping)
        return count

    def prepare(self) -> None:
        """Make the bucket if there is none, and have it keep every version of what it holds."""
        with _failures():
            try:
                self.client.head_bucket(Bucket=self.bucket)
            except ClientError:
                self.client.create_bucket(Bucket=self.bucket)
            self.client.put_bucket_versioning(
                Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"}
            )

    def check(self) -> None:
        """Ask whether the bucket is there and ours."""
        try:
            self.ask("head_bucket")
        except ObjectMissing as error:
            raise StoreUnavailable(f"there is no bucket {self.bucket!r}") from error


class S3Writer:
    """One PUT up to 8 MiB; above that a multipart upload, one part in memory at a time."""

    def __init__(self, client: Client, target: dict[str, str]) -> None:
        self._client, self._target = client, target
        self._waiting = bytearray()
        self._parts: list[dict[str, Any]] = []

    def write(self, piece: bytes) -> None:
        """Add a piece; send what waits once it is more than a part."""
        self._waiting += piece
        if len(self._waiting) > PART:
            self._send_part()

    def commit(self) -> None:
        """Store what waits, and make the object visible unless its key is taken."""
        if self._parts:
            if self._waiting:
                self._send_part()
            with _failures():
                self._client.complete_multipart_upload(
                    **self._target, MultipartUpload={"Parts": self._parts}, IfNoneMatch="*"
                )
        else:
            with _failures():
                self._client.put_object(
                    **self._target, Body=self._waiting, **checksum(self._waiting), IfNoneMatch="*"
                )
        self._target.pop("UploadId", None)

    def abort(self) -> None:
        """Take back the parts; what the server does not hear of, sweep() finds."""
        self._waiting = bytearray()
        if "UploadId" in self._target:
            with contextlib.suppress(StoreUnavailable), _failures():
                self._client.abort_multipart_upload(**self._target)
            del self._target["UploadId"]

    def _send_part(self) -> None:
        with _failures():
            if not self._parts:
                self._target["UploadId"] = self._client.create_multipart_upload(
                    **self._target, ChecksumAlgorithm="SHA256"
                )["UploadId"]
            part = {"PartNumber": len(self._parts) + 1, **checksum(self._waiting)}
            answer = self._client.upload_part(**self._target, **part, Body=self._waiting)
        self._parts.append({**part, "ETag": answer["ETag"]})
        self._waiting = bytearray()


def _config(patience: float) -> Config:
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        connect_timeout=min(patience, 5),
        read_timeout=patience,
        # A person waits: one more attempt, then a plain "not now".
        retries={"mode": "standard", "total_max_attempts": 2},
        max_pool_connections=32,
        # We send our own SHA-256, and check what we read against the one in the database.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


@contextlib.contextmanager
def _failures() -> Generator[None]:
    try:
        yield
    except ClientError as error:
        answer: dict[str, Any] = error.response  # pyright: ignore[reportUnknownMemberType]
        code = answer.get("Error", {}).get("Code", "")  # a proxy's error page has none
        raise ERRORS.get(code, StoreUnavailable)(str(error)) from error
    except (BotoCoreError, OSError) as error:
        raise StoreUnavailable(str(error)) from error
