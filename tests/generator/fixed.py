"""Documents as OFD: the pages that the PDF has, written in the other format of fixed pages."""

import io
import zipfile
from html import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from tests.generator.paper import Document, Sheet
from tests.generator.printed import _FONT, Typesetting, _Press, _wide

_MM = 25.4 / 72
_NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd(document: Document, setting: Typesetting | None = None) -> bytes:
    """Return ``document`` as an OFD, typeset as its PDF is; every word is an object with the steps of its letters."""
    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    press = _Pages(setting or Typesetting())
    for block in document.blocks:
        if isinstance(block, Sheet):
            press.sheet(block)
        elif block.kind == "title":
            press.title(block.text)
        else:
            press.paragraph(block.text, indent=block.kind == "body", right=block.text.startswith("单位："))
    press.finish()
    return packed(press.pages, press.s.width * _MM, press.s.height * _MM)


def packed(pages: list[str], width: float, height: float) -> bytes:
    """Return an OFD of pages whose drawing is given as XML."""
    box = f"<ofd:PhysicalBox>0 0 {width:.3f} {height:.3f}</ofd:PhysicalBox>"
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "OFD.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD {_NAMESPACE} Version="1.1" DocType="OFD"><ofd:DocBody>'
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        archive.writestr(
            "Doc_0/Document.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><ofd:Document {_NAMESPACE}><ofd:CommonData><ofd:PageArea>{box}'
            f"</ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        for n, drawing in enumerate(pages):
            archive.writestr(
                f"Doc_0/Pages/Page_{n}/Content.xml",
                f'<?xml version="1.0" encoding="UTF-8"?><ofd:Page {_NAMESPACE}><ofd:Content><ofd:Layer ID="1">'
                f"{drawing}</ofd:Layer></ofd:Content></ofd:Page>",
            )
    return stream.getvalue()


class _Pages(_Press):
    """Puts the same words and rules on pages of XML."""

    def __init__(self, setting: Typesetting) -> None:
        super().__init__(setting)
        self.pages: list[str] = []

    def finish(self) -> None:
        self._end_page()

    def _end_page(self) -> None:
        if self.s.numbers:
            middle = self.s.width / 2
            self.pages.append(_text(str(self.page), middle, self.s.height - 30, 9))
        else:
            self.pages.append("")
        drawn = [_text(word.text, word.x, word.y, word.size) for word in self.words]
        drawn += [
            f'<ofd:PathObject Boundary="0 0 {self.s.width * _MM:.3f} {self.s.height * _MM:.3f}" LineWidth="0.18">'
            f"<ofd:AbbreviatedData>M {x0 * _MM:.3f} {y0 * _MM:.3f} L {x1 * _MM:.3f} {y1 * _MM:.3f}"
            "</ofd:AbbreviatedData></ofd:PathObject>"
            for x0, y0, x1, y1 in self.rules
        ]
        self.pages[-1] = "".join(drawn) + self.pages[-1]
        self.words.clear()
        self.rules.clear()
        self.page += 1
        self.y = self.s.margin


def _text(text: str, x: float, y: float, size: float) -> str:
    """Write one word whose foot stands at ``y``, in points."""
    steps = " ".join(f"{_wide(c, size) * _MM:.4f}" for c in text[:-1])
    top = y - size
    box = " ".join(f"{length * _MM:.3f}" for length in (x, top, len(text) * size, size * 1.3))
    return (
        f'<ofd:TextObject Boundary="{box}" '
        f'Font="1" Size="{size * _MM:.4f}"><ofd:TextCode X="0" Y="{size * _MM:.3f}" DeltaX="{steps}">'
        f"{escape(text, quote=False)}</ofd:TextCode></ofd:TextObject>"
    )
