"""Starting the parts that settings name, or private ones of our own, and stopping just those."""

import fcntl
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from notices.channels import CaughtMail, Channel, Smtp
from notices.mailbox import Mailbox
from portal.parts import Parts
from portal.people.passwords import Passwords
from portal.settings import Settings, plain
from portal.watch import Watch
from storage.database import Database, embedded_server
from storage.directory import DirectoryStore
from storage.objects import ObjectStore
from storage.private_clamd import ClamdMissing, private_clamd
from storage.scanner import Clamd, Scanner


class AlreadyRunning(Exception):
    """Another portal uses this state folder."""


@contextmanager
def running_parts(settings: Settings) -> Generator[Parts]:
    """Every part, started where it is ours to start; stopped in the opposite order."""
    with ExitStack() as stack:
        stack.enter_context(alone_in(settings.state))
        url = settings.database_url or stack.enter_context(
            embedded_server(settings.state / "database")
        )
        scanner = stack.enter_context(running_scanner(settings))
        database = Database(url)
        yield Parts(
            settings=settings,
            database=database,
            store=object_store(settings),
            scanner=scanner,
            watch=Watch(scanner, accept_test=settings.demo, database=database),
            passwords=Passwords(),
            channel=mail_channel(settings),
            caught_mail=None if settings.smtp_host else settings.state / "mail",
            bounces=bounce_mailbox(settings),
        )


@contextmanager
def alone_in(folder: Path) -> Generator[None]:
    """Hold the folder as long as this process lives; raises AlreadyRunning."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(
                f"Another portal runs in {folder}. Stop it, or set DOSSIER_STATE and PORT."
            ) from error
        yield


@contextmanager
def running_scanner(settings: Settings) -> Generator[Scanner | None]:
    """The scanner that settings name, or a private one; None where none can be had."""
    if settings.clamd_address is not None:
        yield Clamd(settings.clamd_address)
        return
    try:
        with private_clamd(settings.state / "clamd") as socket:
            yield Clamd(socket)
    except ClamdMissing:
        yield None


def mail_channel(settings: Settings) -> Channel:
    """The mail server that settings name, or a folder that catches mail."""
    link = f"{settings.public_url}/sign-in"
    if not settings.smtp_host:
        return CaughtMail(sender=settings.mail_from, link=link, folder=settings.state / "mail")
    return Smtp(
        sender=settings.mail_from,
        link=link,
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        username=settings.smtp_user or None,
        password=plain(settings.smtp_password) or None,
        bounces=settings.bounce_address,
    )


def bounce_mailbox(settings: Settings) -> Mailbox | None:
    """The mailbox that bounces come to, where settings name one."""
    if not settings.imap_host:
        return None
    return Mailbox(
        host=settings.imap_host,
        port=settings.imap_port,
        tls=settings.imap_tls,
        user=settings.imap_user,
        password=plain(settings.imap_password),
        folder=settings.imap_folder,
        done=settings.imap_done_folder,
    )


def object_store(settings: Settings) -> ObjectStore:
    """The directory of this machine, or the bucket that settings name."""
    if settings.store == "directory":
        return DirectoryStore(settings.state / "objects")
    from storage.s3 import S3Store

    return S3Store(
        settings.s3_bucket,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=settings.s3_access_key,
        secret_key=plain(settings.s3_secret_key),
    )
