import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import type { PixelBox } from '../../harness/model/visual.ts'
import type { Frame } from '../../harness/visual/frame.ts'
import { planesOf } from '../../harness/visual/planes.ts'
import { type Similarity, similarityOf } from '../../harness/visual/similarity.ts'
import { frameOf, IMAGE_PAIRS } from '../kit/image-pairs.ts'
import { aPage, plain, withBox } from '../kit/pictures.ts'
import { describe } from '../kit/suite.ts'

interface Golden {
  readonly madeWith: string
  readonly pairs: readonly {
    readonly name: string
    readonly sha256: string
    readonly mean: number
    readonly worstTile: number
  }[]
}

const golden = JSON.parse(readFileSync(new URL('golden/ssim-golden.json', import.meta.url), 'utf8')) as Golden

/** ssim.js keeps variances in whole 1/1024ths of a squared level: 6e-6 is the most that made a difference. */
const TOLERANCE = 2e-5

const similarity = (one: Frame, other: Frame, masks: readonly PixelBox[] = []): Similarity => {
  const found = similarityOf(planesOf(one), planesOf(other), one, masks)
  if (found === null) throw new Error('nothing was looked at')
  return found
}

const square = (x: number, y: number): PixelBox => ({ x, y, width: 16, height: 16 })

describe('similarityOf', (test) => {
  test('agrees with an independent implementation on every pair, in the mean and in the worst tile', () => {
    assert.ok(golden.pairs.length >= 20)
    assert.equal(
      golden.pairs.map(({ name }) => name),
      IMAGE_PAIRS.map(({ name }) => name),
    )
    for (const [i, { name, make }] of IMAGE_PAIRS.entries()) {
      const expected = golden.pairs[i]!
      const [one, other] = make()
      const sha256 = createHash('sha256').update(one.rgb).update(other.rgb).digest('hex')
      assert.is(sha256, expected.sha256, `${name}: other pixels than ${golden.madeWith} was given`)

      const found = similarity(frameOf(one), frameOf(other))

      assert.ok(Math.abs(found.mean - expected.mean) <= TOLERANCE, `${name}: mean ${found.mean}`)
      assert.ok(Math.abs(found.worstTile.ssim - expected.worstTile) <= TOLERANCE, `${name}: worst tile`)
    }
  })

  test('finds one defect of 16 x 16 px in a page of 1920 x 1080, which the mean does not show', () => {
    const page = aPage(1920, 1080)
    const found = similarity(page, withBox(page, square(1003, 555), [255, 255, 255, 255]))

    assert.ok(found.mean > 0.999, `${found.mean}`)
    assert.ok(found.worstTile.ssim < 0.5, `${found.worstTile.ssim}`)
    const { x, y } = found.worstTile.box
    assert.ok(Math.abs(x - 1003) < 16 && Math.abs(y - 555) < 16, `${x},${y}`)
  })

  test('sees a faint defect on an even ground wherever it lies', () => {
    const ground = plain(80, 80, [255, 255, 255, 255])
    for (let offset = 0; offset < 64; offset++) {
      const box = square(24 + (offset % 8), 24 + Math.floor(offset / 8))
      const { worstTile } = similarity(ground, withBox(ground, box, [244, 244, 244, 255]))
      assert.ok(worstTile.ssim < 0.8, `at ${box.x},${box.y}: ${worstTile.ssim}`)
    }
  })

  test('sees a defect in the last pixels of each corner', () => {
    const page = aPage(101, 67)
    for (const [x, y] of [
      [0, 0],
      [85, 0],
      [0, 51],
      [85, 51],
    ] as const) {
      const { worstTile } = similarity(page, withBox(page, square(x, y), [255, 255, 255, 255]))
      assert.ok(worstTile.ssim < 0.5, `at ${x},${y}: ${worstTile.ssim}`)
    }
  })

  test('looks at nothing that is masked, and at everything beside it', () => {
    const page = aPage(120, 80)
    const mask = { x: 40, y: 20, width: 21, height: 33 }
    const inside = withBox(page, mask, [255, 0, 0, 255])
    const beside = withBox(inside, { x: 61, y: 30, width: 10, height: 10 }, [255, 0, 0, 255])

    assert.is(similarity(page, inside, [mask]).mean, 1)
    assert.is(similarity(page, inside, [mask]).worstTile.ssim, 1)
    assert.ok(similarity(page, beside, [mask]).worstTile.ssim < 0.8)
    assert.ok(similarity(page, inside).worstTile.ssim < 0.5)
  })

  test('takes masks that reach beyond the edges, and says when they leave nothing', () => {
    const page = aPage()
    const [one, other] = [page, plain(96, 64, [0, 0, 0, 255])].map(planesOf) as [
      ReturnType<typeof planesOf>,
      ReturnType<typeof planesOf>,
    ]

    assert.ok(similarityOf(one, other, page, [{ x: 90, y: 60, width: 500, height: 500 }]) !== null)
    assert.is(similarityOf(one, other, page, [{ x: 0, y: 0, width: 500, height: 500 }]), null)
    assert.ok(similarityOf(one, other, page, [{ x: 500, y: 500, width: 5, height: 5 }]) !== null)
  })

  test('takes frames that are smaller than a window', () => {
    for (const [width, height] of [
      [1, 1],
      [3, 40],
      [40, 5],
    ] as const) {
      const white = plain(width, height, [255, 255, 255, 255])
      assert.is(similarity(white, white).mean, 1)
      assert.ok(similarity(white, plain(width, height, [0, 0, 0, 255])).mean < 0.01)
    }
  })

  test('tells colours of the same brightness apart', () => {
    const page = plain(64, 64, [255, 255, 255, 255])
    const [red, green] = [
      withBox(page, square(20, 20), [255, 0, 0, 255]),
      withBox(page, square(20, 20), [0, 130, 0, 255]),
    ]

    assert.ok(similarity(red, green).worstTile.ssim < 0.5)
  })

  test('sees what is transparent in one frame only, and nothing behind what is transparent in both', () => {
    const page = plain(64, 64, [10, 10, 10, 255])
    const black = withBox(page, square(20, 20), [0, 0, 0, 255])

    assert.ok(similarity(black, withBox(page, square(20, 20), [0, 0, 0, 0])).worstTile.ssim < 0.5)
    assert.is(
      similarity(withBox(page, square(20, 20), [255, 0, 0, 0]), withBox(page, square(20, 20), [0, 0, 255, 0]))
        .mean,
      1,
    )
  })
})
