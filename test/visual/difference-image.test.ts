import sharp from 'sharp'
import * as assert from 'uvu/assert'
import { VISUAL_BOUNDS } from '../../harness/model/visual.ts'
import { comparePictures } from '../../harness/visual/compare.ts'
import { differenceImages } from '../../harness/visual/difference-image.ts'
import type { Frame } from '../../harness/visual/frame.ts'
import { aPage, decoded, plain, withBox } from '../kit/pictures.ts'
import { describe } from '../kit/suite.ts'

const MASK = { x: 0, y: 0, width: 10, height: 10 }

async function drawn(baseline: readonly Frame[], candidate: readonly Frame[]) {
  const [one, other] = [decoded(...baseline), decoded(...candidate)]
  const comparison = await comparePictures(one, other, { ...VISUAL_BOUNDS, masks: [MASK] })
  return differenceImages(one, other, comparison, [MASK])
}

async function pixelsOf(png: Buffer | null) {
  const { data, info } = await sharp(png ?? undefined)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => [
    ...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3),
  ]
  return { width: info.width, height: info.height, at }
}

const page = plain(96, 64, [255, 255, 255, 255])

describe('differenceImages', (test) => {
  test('shows what is the same pale, what differs from orange to purple, masks striped, the worst place framed', async () => {
    const faint = withBox(page, { x: 80, y: 54, width: 4, height: 4 }, [254, 254, 254, 255])
    const other = withBox(faint, { x: 40, y: 24, width: 16, height: 16 }, [0, 0, 0, 255])
    const { width, height, at } = await pixelsOf((await drawn([page], [other])).difference)

    assert.equal([width, height], [96, 64])
    assert.equal(at(90, 60), [255, 255, 255])
    assert.equal(at(48, 32), [100, 0, 70])
    assert.equal(at(81, 55), [254, 175, 46])
    assert.equal(
      [at(0, 0), at(4, 0)],
      [
        [205, 205, 205],
        [180, 180, 180],
      ],
    )
    assert.equal(at(28, 32), [0, 90, 255])
  })

  test('puts baseline, candidate and difference side by side, of the frame that is worst', async () => {
    const other = plain(96, 64, [200, 0, 0, 255])
    const { width, height, at } = await pixelsOf((await drawn([page, page], [page, other])).sideBySide)

    assert.equal([width, height], [3 * 96 + 2 * 16, 64])
    assert.equal(
      [at(50, 60), at(96 + 8, 30), at(112 + 50, 60)],
      [
        [255, 255, 255],
        [112, 117, 125],
        [200, 0, 0],
      ],
    )
  })

  test('resizes nothing: two sizes stand beside one another as they are, without a difference', async () => {
    const { difference, sideBySide } = await drawn([aPage()], [aPage(50, 80)])
    const { width, height } = await pixelsOf(sideBySide)

    assert.is(difference, null)
    assert.equal([width, height], [96 + 16 + 50, 80])
  })
})
