"""The words in which files are sent (tus 1.0.0), as the page's script and other clients say them."""

import base64


def beginning(name: str, size: int, *, key: str = "", row: bool = False) -> dict[str, str]:
    """The headers that announce a file; `row`: as the page's script, which wants the file's row."""
    told = {"filename": name, "id": key}
    pairs = [
        f"{word} {base64.b64encode(text.encode()).decode()}" for word, text in told.items() if text
    ]
    headers = {
        "tus-resumable": "1.0.0",
        "upload-length": str(size),
        "upload-metadata": ",".join(pairs),
    }
    return headers | ({"accept": "text/html"} if row else {})


def at_once(name: str, size: int, *, key: str = "") -> dict[str, str]:
    """The headers with which the page's script sends a small file, whole."""
    carried = {"content-type": "application/offset+octet-stream", "content-length": str(size)}
    return beginning(name, size, key=key, row=True) | carried


def piece(at: int, *, row: bool = False) -> dict[str, str]:
    """The headers of bytes that begin here."""
    headers = {
        "tus-resumable": "1.0.0",
        "upload-offset": str(at),
        "content-type": "application/offset+octet-stream",
    }
    return headers | ({"accept": "text/html"} if row else {})
