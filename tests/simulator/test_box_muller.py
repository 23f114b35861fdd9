import numpy as np

from predictor.random_streams import stream, words
from predictor.simulator.box_muller import noise_pair, normal_pair
from predictor.simulator.kernel_random import noises, normals, philox

EDGES = np.array([0, 1, 255, 256, 2**30, 2**31 - 1, 2**31, 3 * 2**30, 2**32 - 1], np.uint32)


def exact(first, second):
    radius = np.sqrt(-2 * np.log(((first >> 8).astype(float) + 0.5) * 2.0**-24))
    turn = second.astype(float) * 2.0**-32 * 2 * np.pi
    return radius * np.cos(turn), radius * np.sin(turn)


def test_normal_pair__is_box_muller_to_five_digits():
    drawn = words(stream(1, "e", "p"), range(50_000), 2)
    for got, want in zip(normal_pair(*drawn.T), exact(*drawn.T), strict=True):
        assert got.dtype == np.float32
        assert np.abs(got - want).max() < 4e-5


def test_normal_pair__is_finite_at_the_ends_of_the_words():
    first, second = (part.ravel() for part in np.meshgrid(EDGES, EDGES))
    got = np.stack(normal_pair(first, second))
    assert np.isfinite(got).all()
    # 0.5 vanishes beside 2^24 - 1 in float32: the largest word gives radius 0, not NaN
    np.testing.assert_allclose(got, np.stack(exact(first, second)), atol=4e-4)


def test_normal_pair__has_the_moments_of_two_independent_normals():
    x, y = normal_pair(*words(stream(2, "e", "p"), range(400_000), 2).T)
    assert abs(x.mean()) < 0.007
    assert abs(x.var() - 1) < 0.01
    assert abs((x**4).mean() - 3) < 0.07
    assert abs((x * y).mean()) < 0.007


def test_normals__of_the_kernel_have_the_same_bits():
    drawn = words(stream(3, "e", "p"), range(2000), 2)
    want = np.stack(normal_pair(*drawn.T), axis=1)
    got = np.array([normals(u, v) for u, v in drawn], np.float32)
    np.testing.assert_array_equal(got.view(np.int32), want.view(np.int32))


def test_philox__of_the_kernel_has_the_same_bits():
    key = stream(3, "e", "p")
    want = words(key, (5, 1), 12, lap=7)[0, 8:]
    u32 = np.uint32
    got = philox(u32(5), u32(7), u32(2), u32(key.key0), u32(key.key1))
    assert [int(word) for word in got] == want.tolist()


def test_noise_pair__has_the_moments_of_two_independent_normals():
    drawn = words(stream(4, "e", "p"), range(400_000), 1).ravel()
    x, y = (part / 16384 for part in noise_pair(drawn, np.float32(16384)))
    assert abs(x.mean()) < 0.007
    assert abs(x.var() - 1) < 0.01
    assert abs((y**4).mean() - 3) < 0.07
    assert abs((x * y).mean()) < 0.007
    assert max(np.abs(x).max(), np.abs(y).max()) < 4.86


def test_noise_pair__is_finite_at_the_ends_of_the_words():
    x, y = noise_pair(EDGES, np.float32(1e4))
    assert np.abs(np.stack([x, y])).max() < 48_600


def test_noises__of_the_kernel_are_the_same():
    drawn = words(stream(3, "e", "p"), range(2000), 1).ravel()
    want = np.stack(noise_pair(drawn, np.float32(7537)), axis=1)
    got = np.array([noises(word, np.float32(7537)) for word in drawn])
    np.testing.assert_array_equal(got, want)
