"""Messages as servers and people really send them back: each by the server whose manner it has.

The words, the order of headers and the parts follow what Postfix 3.7, Exim 4.96 (and 4.8x), Exchange
Online, Gmail, sendmail 8.17 and qmail write; names and addresses are ours.
"""

from dataclasses import dataclass
from textwrap import dedent
from uuid import UUID

DOMAIN = "portal.example"
BOUNCES = f"bounces@{DOMAIN}"


@dataclass(frozen=True)
class Sent:
    """One mail of ours, as the world knows it."""

    attempt: UUID
    address: str

    @property
    def message_id(self) -> str:
        """As its header has it."""
        return f"<{self.attempt}@{DOMAIN}>"

    @property
    def verp(self) -> str:
        """Where it comes back to."""
        return f"bounces+{self.attempt}@{DOMAIN}"

    @property
    def headers(self) -> str:
        """The headers of the mail itself, as servers return them."""
        return (
            f"From: Dossier <no-reply@{DOMAIN}>\n"
            f"To: {self.address}\n"
            "Subject: Something is waiting for you in Dossier\n"
            f"Message-ID: {self.message_id}\n"
            "Auto-Submitted: auto-generated"
        )


def written(text: str, **facts: object) -> bytes:
    """A message from its template."""
    return dedent(text).lstrip("\n").format(**facts).encode()


def postfix(sent: Sent, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """Postfix: three parts, an envelope id where DSN was asked for."""
    return written(
        """
        Return-Path: <>
        Delivered-To: {sent.verp}
        Received: by mx.portal.example (Postfix) id 4C1B2220A5; Sun, 22 Nov 2026 12:00:00 +0000
        Date: Sun, 22 Nov 2026 12:00:00 +0000 (UTC)
        From: MAILER-DAEMON@mx.portal.example (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: {sent.verp}
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
        \tboundary="4C1B2220A5.1795348800/mx.portal.example"
        Message-Id: <20261122120000.4C1B2220A5@mx.portal.example>

        This is a MIME-encapsulated message.

        --4C1B2220A5.1795348800/mx.portal.example
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii

        I'm sorry to have to inform you that your message could not
        be delivered to one or more recipients. It's attached below.

        <{sent.address}>: host mail.example.org[192.0.2.7] said: 550 5.1.1
            <{sent.address}>: Recipient address rejected: User unknown (in reply to
            RCPT TO command)

        --4C1B2220A5.1795348800/mx.portal.example
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.portal.example
        X-Postfix-Queue-ID: 4C1B2220A5
        X-Postfix-Sender: rfc822; {sent.verp}
        Original-Envelope-Id: {sent.attempt}
        Arrival-Date: Sun, 22 Nov 2026 11:59:58 +0000 (UTC)

        Final-Recipient: rfc822; {sent.address}
        Original-Recipient: rfc822;{sent.address}
        Action: {action}
        Status: {status}
        Remote-MTA: dns; mail.example.org
        Diagnostic-Code: smtp; 550 {status} <{sent.address}>: Recipient address
            rejected: User unknown

        --4C1B2220A5.1795348800/mx.portal.example
        Content-Description: Undelivered Message Headers
        Content-Type: text/rfc822-headers

        {headers}
        --4C1B2220A5.1795348800/mx.portal.example--
        """,
        sent=sent,
        action=action,
        status=status,
        headers=sent.headers,
    )


def exim(sent: Sent) -> bytes:
    """Exim 4.96: a report whose third part is the whole mail."""
    return written(
        """
        Return-path: <>
        Envelope-to: {sent.verp}
        Delivery-date: Sun, 22 Nov 2026 12:00:01 +0000
        Received: from Debian-exim by mx.example.org with local (Exim 4.96)
        \tid 1tEabc-000123-0A for {sent.verp}; Sun, 22 Nov 2026 12:00:01 +0000
        X-Failed-Recipients: {sent.address}
        Auto-Submitted: auto-replied
        From: Mail Delivery System <Mailer-Daemon@mx.example.org>
        To: {sent.verp}
        References: {sent.message_id}
        Content-Type: multipart/report; report-type=delivery-status; boundary=1795348801-eximdsn-1
        MIME-Version: 1.0
        Subject: Mail delivery failed: returning message to sender
        Message-Id: <E1tEabc-000123-0A@mx.example.org>

        --1795348801-eximdsn-1
        Content-type: text/plain; charset=us-ascii

        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          {sent.address}
            all relevant MX records point to non-existent hosts

        --1795348801-eximdsn-1
        Content-type: message/delivery-status

        Reporting-MTA: dns; mx.example.org

        Action: failed
        Final-Recipient: rfc822;{sent.address}
        Status: 5.0.0

        --1795348801-eximdsn-1
        Content-type: message/rfc822

        Return-path: <{sent.verp}>
        {headers}

        Hello,

        --1795348801-eximdsn-1--
        """,
        sent=sent,
        headers=sent.headers,
    )


def old_exim(sent: Sent, *, delayed: bool = False) -> bytes:
    """Exim before 4.84: plain text, and a header of its own."""
    if delayed:
        return written(
            """
            From: Mail Delivery System <Mailer-Daemon@mx.example.org>
            To: {sent.verp}
            Subject: Warning: message 1tEabc-000123-0A delayed 24 hours
            Auto-Submitted: auto-replied

            This message was created automatically by mail delivery software.
            A message that you sent has not yet been delivered to one or more of its
            recipients after more than 24 hours on the queue on mx.example.org.

            The address to which the message has not yet been delivered is:

              {sent.address}

            No action is required on your part. Delivery attempts will continue for
            some time, and this warning may be repeated at intervals.
            """,
            sent=sent,
        )
    return written(
        """
        From: Mail Delivery System <Mailer-Daemon@mx.example.org>
        To: no-reply@portal.example
        X-Failed-Recipients: {sent.address}
        Auto-Submitted: auto-replied
        Subject: Mail delivery failed: returning message to sender

        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          {sent.address}
            SMTP error from remote mail server after RCPT TO:<{sent.address}>:
            host mail.example.org [192.0.2.7]: 550 5.1.1 No such user here

        ------ This is a copy of the message, including all the headers. ------

        Return-path: <no-reply@portal.example>
        {headers}
        Hello,
        """,
        sent=sent,
        headers=sent.headers,
    )


def exchange(sent: Sent) -> bytes:
    """Exchange Online: the words in HTML, the status in five digits, the answer in its headers."""
    return written(
        """
        From: postmaster@example.org
        To: {sent.verp}
        Date: Sun, 22 Nov 2026 12:00:02 +0000
        Content-Type: multipart/report; report-type=delivery-status;
        \tboundary="9f3c8d10-aa17-4c6f-b7ba-5cf5b1d4d8de"
        X-MS-Exchange-Message-Is-Ndr:
        Content-Language: en-US
        Message-ID: <a3f6f1c2-7d0e-4f0b-8f6a-1f2f3f4f5f6f@YT1PR01MB0001.example.org>
        In-Reply-To: {sent.message_id}
        References: {sent.message_id}
        Subject: Undeliverable: Something is waiting for you in Dossier
        Auto-Submitted: auto-replied
        MIME-Version: 1.0

        --9f3c8d10-aa17-4c6f-b7ba-5cf5b1d4d8de
        Content-Type: multipart/alternative; differences=Content-Type;
        \tboundary="b1"

        --b1
        Content-Type: text/plain; charset="us-ascii"

        Your message to {sent.address} couldn't be delivered.

        --b1
        Content-Type: text/html; charset="us-ascii"

        <html><body><p>Your message to {sent.address} couldn't be delivered.</p></body></html>

        --b1--

        --9f3c8d10-aa17-4c6f-b7ba-5cf5b1d4d8de
        Content-Type: message/delivery-status

        Reporting-MTA: dns;YT1PR01MB0001.example.org
        Received-From-MTA: dns;mx.portal.example
        Arrival-Date: Sun, 22 Nov 2026 12:00:01 +0000

        Final-Recipient: rfc822;{sent.address}
        Action: failed
        Status: 5.1.10
        Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {sent.address} not found by SMTP address lookup

        --9f3c8d10-aa17-4c6f-b7ba-5cf5b1d4d8de
        Content-Type: message/rfc822

        {headers}
        MIME-Version: 1.0

        Hello,

        --9f3c8d10-aa17-4c6f-b7ba-5cf5b1d4d8de--
        """,
        sent=sent,
        headers=sent.headers,
    )


def gmail(sent: Sent) -> bytes:
    """Gmail: pictures beside the words, failed recipients in a header, no VERP where it rewrote."""
    return written(
        """
        Delivered-To: {sent.verp}
        Return-Path: <>
        From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
        To: {sent.verp}
        Auto-Submitted: auto-replied
        Subject: Delivery Status Notification (Failure)
        References: {sent.message_id}
        In-Reply-To: {sent.message_id}
        X-Failed-Recipients: {sent.address}
        Message-ID: <674075ab.050a0220.2a5f.0a1b.GMR@mx.google.com>
        Date: Sun, 22 Nov 2026 04:00:03 -0800 (PST)
        MIME-Version: 1.0
        Content-Type: multipart/report; boundary="000000000000c1d2"; report-type=delivery-status

        --000000000000c1d2
        Content-Type: multipart/related; boundary="000000000000c1d3"

        --000000000000c1d3
        Content-Type: multipart/alternative; boundary="000000000000c1d4"

        --000000000000c1d4
        Content-Type: text/plain; charset="UTF-8"

        ** Address not found **

        Your message wasn't delivered to {sent.address} because the address couldn't be found.

        --000000000000c1d4--

        --000000000000c1d3
        Content-Type: image/png; name="icon.png"
        Content-Disposition: attachment; filename="icon.png"
        Content-Transfer-Encoding: base64

        iVBORw0KGgo=

        --000000000000c1d3--

        --000000000000c1d2
        Content-Type: message/delivery-status

        Reporting-MTA: dns; googlemail.com
        Arrival-Date: Sun, 22 Nov 2026 04:00:02 -0800 (PST)
        X-Original-Message-ID: {sent.message_id}

        Final-Recipient: rfc822; {sent.address}
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
         550 5.1.1  https://support.google.com/mail/?p=NoSuchUser - gsmtp
        Last-Attempt-Date: Sun, 22 Nov 2026 04:00:03 -0800 (PST)

        --000000000000c1d2
        Content-Type: message/rfc822

        {headers}

        Hello,

        --000000000000c1d2--
        """,
        sent=sent,
        headers=sent.headers,
    )


def sendmail(sent: Sent) -> bytes:
    """sendmail: returned headers only, and the address that an alias led to."""
    return written(
        """
        Return-Path: <MAILER-DAEMON>
        Date: Sun, 22 Nov 2026 07:00:04 -0500
        From: Mail Delivery Subsystem <MAILER-DAEMON>
        Message-Id: <202611221200.4AMC04xy012345@mail.example.org>
        To: <{sent.verp}>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
        \tboundary="4AMC04xy012345.1795348804/mail.example.org"
        Subject: Returned mail: see transcript for details
        Auto-Submitted: auto-generated (failure)

        --4AMC04xy012345.1795348804/mail.example.org

        The original message was received at Sun, 22 Nov 2026 07:00:03 -0500

           ----- The following addresses had permanent fatal errors -----
        <{sent.address}>
            (reason: 550 5.2.1 The account is disabled)

        --4AMC04xy012345.1795348804/mail.example.org
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mail.example.org
        Arrival-Date: Sun, 22 Nov 2026 07:00:03 -0500

        Final-Recipient: RFC822; box-77@store.example.org
        X-Actual-Recipient: RFC822; box-77@store.example.org
        Action: failed
        Status: 5.2.1
        Diagnostic-Code: SMTP; 550 5.2.1 The account is disabled

        --4AMC04xy012345.1795348804/mail.example.org
        Content-Type: text/rfc822-headers

        {headers}
        --4AMC04xy012345.1795348804/mail.example.org--
        """,
        sent=sent,
        headers=sent.headers,
    )


def qmail(sent: Sent) -> bytes:
    """qmail: plain text in a form of its own (QSBMF)."""
    return written(
        """
        Return-Path: <>
        Delivered-To: {sent.verp}
        From: MAILER-DAEMON@mail.example.org
        To: {sent.verp}
        Subject: failure notice

        Hi. This is the qmail-send program at mail.example.org.
        I'm afraid I wasn't able to deliver your message to the following addresses.
        This is a permanent error; I've given up. Sorry it didn't work out.

        <{sent.address}>:
        Sorry, no mailbox here by that name. (#5.1.1)

        --- Below this line is a copy of the message.

        Return-Path: <{sent.verp}>
        {headers}
        Hello,
        """,
        sent=sent,
        headers=sent.headers,
    )


FAILURES = (postfix, exim, old_exim, exchange, gmail, sendmail, qmail)


def out_of_office(sent: Sent) -> bytes:
    """Somebody is away: the mail arrived."""
    return written(
        """
        From: Claire Tremblay <{sent.address}>
        To: {sent.verp}
        Subject: Automatic reply: Something is waiting for you in Dossier
        In-Reply-To: {sent.message_id}
        References: {sent.message_id}
        Auto-Submitted: auto-replied
        X-Auto-Response-Suppress: All
        Content-Type: text/plain

        I am away until 30 November. In an emergency write to postmaster@example.org.
        Messages to my old address could not be delivered to anybody. This is a permanent error.
        """,
        sent=sent,
    )


def read_receipt(sent: Sent) -> bytes:
    """A receipt that somebody read it (RFC 8098): a report, but not of delivery."""
    return written(
        """
        From: {sent.address}
        To: {sent.verp}
        Subject: Read: Something is waiting for you
        Content-Type: multipart/report; report-type=disposition-notification; boundary=m

        --m
        Content-Type: text/plain

        The message was displayed.
        --m
        Content-Type: message/disposition-notification

        Final-Recipient: rfc822; {sent.address}
        Original-Message-ID: {sent.message_id}
        Disposition: manual-action/MDN-sent-manually; displayed
        --m--
        """,
        sent=sent,
    )


def forwarded(sent: Sent) -> bytes:
    """Somebody sends us a bounce inside a mail of theirs: talk, not a report."""
    inner = postfix(sent).decode()
    return (
        f"From: {sent.address}\nTo: {sent.verp}\nSubject: Fwd: look at this\n"
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=f\n\n"
        "--f\nContent-Type: text/plain\n\nWhat is this?\n"
        f"--f\nContent-Type: message/rfc822\n\n{inner}\n--f--\n"
    ).encode()
