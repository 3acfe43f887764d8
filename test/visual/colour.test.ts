import * as assert from 'uvu/assert'
import { colourDifference } from '../../harness/visual/colour.ts'
import { planesOf } from '../../harness/visual/planes.ts'
import { similarityOf } from '../../harness/visual/similarity.ts'
import { aPage, plain, type Rgba, withBox } from '../kit/pictures.ts'
import { describe } from '../kit/suite.ts'

const BOX = { x: 19, y: 27, width: 16, height: 16 }

const between = (one: Rgba, other: Rgba) => {
  const [a, b] = [plain(32, 32, one), plain(32, 32, other)]
  return colourDifference(planesOf(a), planesOf(b), a, [])?.distance ?? Number.NaN
}

describe('colourDifference', (test) => {
  test('is the CIE 1976 distance: black to white is 100, primaries as the literature has them', () => {
    assert.is(Math.round(between([0, 0, 0, 255], [255, 255, 255, 255])), 100)
    // L*a*b* of sRGB red is 53.2, 80.1, 67.2; of green 87.7, -86.2, 83.2.
    assert.is(Math.round(between([255, 0, 0, 255], [0, 255, 0, 255])), 171)
    assert.is(between([12, 34, 56, 255], [12, 34, 56, 255]), 0)
  })

  test('sees an area of another colour of the same brightness, which structure hardly shows', () => {
    // Both have the luminance of grey level 106.
    const [one, other] = [plain(64, 64, [120, 100, 100, 255]), plain(64, 64, [100, 109, 100, 255])].map(
      planesOf,
    ) as [ReturnType<typeof planesOf>, ReturnType<typeof planesOf>]
    const size = { widthPx: 64, heightPx: 64 }

    assert.ok((similarityOf(one, other, size, [])?.worstTile.ssim ?? 0) > 0.95)
    assert.ok((colourDifference(one, other, size, [])?.distance ?? 0) > 5)
  })

  test('says where, and does not look behind masks', () => {
    const page = aPage()
    const other = withBox(page, BOX, [255, 180, 180, 255])
    const found = colourDifference(planesOf(page), planesOf(other), page, [])

    assert.ok(Math.abs((found?.box.x ?? 0) - BOX.x) < 16 && Math.abs((found?.box.y ?? 0) - BOX.y) < 16)
    assert.is(colourDifference(planesOf(page), planesOf(other), page, [BOX])?.distance, 0)
    assert.is(
      colourDifference(planesOf(page), planesOf(other), page, [{ x: 0, y: 0, width: 96, height: 64 }]),
      null,
    )
  })

  test('sees transparency on black and on white', () => {
    assert.ok(between([0, 0, 0, 255], [0, 0, 0, 100]) > 40)
    assert.ok(between([255, 255, 255, 255], [255, 255, 255, 100]) > 40)
    assert.is(between([255, 0, 0, 0], [0, 0, 255, 0]), 0)
  })
})
