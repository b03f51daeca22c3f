"""Files of people's programs, made here."""

import base64
import quopri


def make_mhtml(
    *parts: tuple[str, str, bytes], encoding: str = "quoted-printable", head: str = "", boundary: str = "----Multi"
) -> bytes:
    """A page as Chrome saves it with what it is made of: parts of a type, the rest of their head, and their content."""
    encode = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes, "binary": bytes}[encoding]
    lines = [
        b"From: <Saved by Blink>",
        b"Subject: =?utf-8?Q?Br=C3=BCcke?=",
        b"Date: Mon, 1 Sep 2025 00:07:02 +0200",
        b"MIME-Version: 1.0",
        f'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="{boundary}"{head}\r\n\r\n'.encode(),
    ]
    for kind, more, content in parts:
        lines += [
            f"--{boundary}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}{more}\r\n".encode(),
            encode(content),
        ]
    return b"\r\n".join([*lines, f"--{boundary}--\r\n".encode()])
