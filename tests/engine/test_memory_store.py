from predictor.fingerprint import digest_of_bytes
from services.engine.memory_store import MemoryStore


def test_memory_store__keeps_what_fits_and_no_more():
    store = MemoryStore(max_bytes=10)
    store.put("a", b"12345678")
    store.put("b", b"123")
    store.put("c", b"12")
    assert (store.get("a"), store.get("b"), store.get("c")) == (b"12345678", None, b"12")
    assert store.digest("a") == digest_of_bytes(b"12345678")
    assert store.digest("b") is None
