"""Mail handed to the network's own server over SMTP, encrypted where the settings say so."""

import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from functools import partial

from evenhand.model.notification import MailMessage, MailSection
from evenhand.store.network import Network
from evenhand.workflows.notifications.event_delivery import SendMail
from evenhand.workflows.notifications.receiver_secrets import mail_password

TIMEOUT_S = 30.0


def mail_sender(network: Network) -> SendMail:
    """Return the function that hands a mail to the network's server.

    Raises:
        BadInput: the password is missing.
    """
    return partial(_send, network.settings.mail, mail_password(network, os.environ))


def _send(section: MailSection, password: str, message: MailMessage) -> None:
    """Hand over one mail.

    Raises:
        OSError: no connection, no TLS, or the server does not take it.
    """
    try:
        with _server(section, message.sender.rpartition("@")[2]) as server:
            if section.user:
                server.login(section.user, password)
            server.send_message(_mail(message), message.sender, [message.to])
    except smtplib.SMTPRecipientsRefused:
        raise OSError(f"the mail server refuses {message.to}") from None
    except smtplib.SMTPResponseException as error:
        # What a server answers may repeat what it was sent.
        raise OSError(f"the mail server answers {error.smtp_code}") from None
    except ssl.SSLCertVerificationError as error:
        raise OSError(f"certificate of the mail server does not hold ({error.verify_message})") from None


def _server(section: MailSection, own_name: str) -> smtplib.SMTP:
    if section.tls == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(section.host, section.port, own_name, timeout=TIMEOUT_S, context=context)
    server = smtplib.SMTP(section.host, section.port, own_name, timeout=TIMEOUT_S)
    if section.tls == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _mail(message: MailMessage) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = message.sender, message.to, message.subject
    mail["Date"], mail["Message-ID"] = formatdate(), message.message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answer comes back
    mail.set_content(message.text)
    return mail
