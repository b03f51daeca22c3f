"""Files of people's programs, made here."""

import base64
import quopri
import zipfile
from io import BytesIO

ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODF_NAMES = " ".join(
    f'xmlns:{prefix}="{ODF}:{name}:1.0"'
    for prefix, name in [
        *((name, name) for name in ("office", "text", "style", "table", "meta", "manifest")),
        ("draw", "drawing"),
    ]
)
ODT_STYLES = """<office:styles>
<style:style style:name="Heading" style:family="paragraph"/>
<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Heading"/>
<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph"
 style:parent-style-name="Heading"/>
<style:style style:name="Loop" style:family="paragraph" style:parent-style-name="Loop"/>
<style:style style:name="Figure" style:family="paragraph" style:parent-style-name="Caption"/></office:styles>"""


def make_odt(
    body: str, styles: str = "", meta: str = "", head: str = "", manifest: str = "", kind: str = "text"
) -> bytes:
    """A document as LibreOffice writes it; ``styles`` are the automatic ones, ``head`` stands above all in the text."""
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": (
            f"{head}<office:document-content {ODF_NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
        ),
        "styles.xml": f"<office:document-styles {ODF_NAMES}>{ODT_STYLES}</office:document-styles>",
        "meta.xml": (
            f'<office:document-meta {ODF_NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>{meta}'
            "</office:meta></office:document-meta>"
        ),
        "META-INF/manifest.xml": f"<manifest:manifest {ODF_NAMES}>{manifest}</manifest:manifest>",
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def odt_row(*cells: str) -> str:
    """A row of cells, each its text or, in angle brackets, what it is."""
    made = (
        cell if cell.startswith("<") else f"<table:table-cell>{odt_line(cell)}</table:table-cell>" for cell in cells
    )
    return f"<table:table-row>{''.join(made)}</table:table-row>"


def odt_line(text: str) -> str:
    return f"<text:p>{text}</text:p>"


RTF_HEAD = (
    r"{\rtf1\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0\froman\fcharset0{\*\panose 02020603}Times New Roman;}"
    r"{\f1\froman\fcharset238 Times New Roman CE;}{\f2\fswiss\fcharset0 Arial;}}{\colortbl;\red255\green0\blue0;}"
    r"{\stylesheet{\fs24 Normal;}{\s15 header;}}"
)


def make_rtf(text: str, head: str = RTF_HEAD) -> bytes:
    return (head + text + "}").encode("latin-1")


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
