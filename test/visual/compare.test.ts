import * as assert from 'uvu/assert'
import { VISUAL_BOUNDS, type VisualBounds } from '../../harness/model/visual.ts'
import { comparePictures, distanceText, likenessText } from '../../harness/visual/compare.ts'
import { chosenFrames, type Frame } from '../../harness/visual/frame.ts'
import { aPage, decoded, plain, withBox } from '../kit/pictures.ts'
import { describe } from '../kit/suite.ts'

const BOUNDS: VisualBounds = { ...VISUAL_BOUNDS, masks: [] }
const page = aPage()
const defect = withBox(page, { x: 40, y: 24, width: 16, height: 16 }, [255, 255, 255, 255])
const black = plain(96, 64, [0, 0, 0, 255])

const compare = (
  baseline: readonly Frame[],
  candidate: readonly Frame[],
  changes: Partial<VisualBounds> = {},
) => comparePictures(decoded(...baseline), decoded(...candidate), { ...BOUNDS, ...changes })

const codes = async (...args: Parameters<typeof compare>) =>
  (await compare(...args)).findings.map(({ code }) => code)

describe('comparePictures', (test) => {
  test('finds nothing where there is nothing', async () => {
    const found = await compare([page], [page])

    assert.equal(found.findings, [])
    assert.equal(
      [found.ssimMean, found.ssimWorstTile, found.colourDifferenceMax, found.comparedFrameCount],
      [1, 1, 0, 1],
    )
  })

  test('names the worst tile, where it is, and the bound', async () => {
    const { findings, worstTile } = await compare([page], [defect], { meanMin: 0, colourMax: 200 })

    assert.equal(
      findings.map(({ code }) => code),
      ['TILE_BELOW_BOUND'],
    )
    assert.match(findings[0]?.message ?? '', /^worst tile 0\.\d+ at 40,24 in frame 1, bound >= 0\.8$/)
    assert.equal(worstTile, { frame: 1, x: 40, y: 24, width: 16, height: 16 })
    assert.is(findings[0]?.evidence['bound'], 0.8)
  })

  test('judges mean, tile and colour each by its own bound', async () => {
    const darker = {
      ...page,
      rgba: page.rgba.map((level, i) => (i % 4 === 3 ? level : level * 0.85)) as Buffer,
    }
    const noise = {
      ...page,
      rgba: page.rgba.map((level, i) => (i % 4 === 3 ? level : (level + i * 97) % 256)) as Buffer,
    }

    assert.equal(await codes([page], [darker]), ['COLOUR_DIFFERS'])
    assert.equal(await codes([page], [darker], { colourMax: 200 }), [])
    assert.ok((await codes([page], [noise], { tileMin: 0, colourMax: 200 })).includes('MEAN_BELOW_BOUND'))
    assert.equal(await codes([page], [defect], { tileMin: 0, meanMin: 0, colourMax: 200 }), [])
  })

  test('tells sizes that differ, with numbers, and compares nothing then', async () => {
    const { findings, ssimMean } = await compare([page], [aPage(95, 64)])

    assert.equal(findings, [
      {
        code: 'SIZE_DIFFERS',
        message: '95 x 64 px instead of 96 x 64 px',
        evidence: { widthPx: 95, heightPx: 64, baselineWidthPx: 96, baselineHeightPx: 64 },
      },
    ])
    assert.is(ssimMean, null)
  })

  test('tells numbers of frames that differ, and compares those that both have', async () => {
    const { findings, comparedFrameCount } = await compare([page, page, page], [page, defect], { meanMin: 0 })

    assert.equal(
      findings.map(({ code }) => code),
      ['FRAME_COUNT_DIFFERS', 'TILE_BELOW_BOUND', 'COLOUR_DIFFERS'],
    )
    assert.equal([findings[0]?.message, comparedFrameCount], ['2 frames instead of 3', 2])
  })

  test('names the frame that is worst', async () => {
    const { worstTile, colourTile, ssimMean } = await compare([page, page, page], [page, defect, page])

    assert.equal([worstTile?.frame, colourTile?.frame], [2, 2])
    assert.ok((ssimMean ?? 1) < 1)
  })

  for (const [what, frame] of [
    ['all black', black],
    ['all white', plain(96, 64, [254, 255, 255, 255])],
    ['fully transparent', plain(96, 64, [0, 0, 0, 0])],
    ['a single colour, rgb(9, 99, 199)', plain(96, 64, [9, 99, 199, 255])],
  ] as const)
    test(`says that a frame is ${what}`, async () => {
      const { findings } = await compare([page], [frame], { meanMin: 0, tileMin: 0, colourMax: 1000 })
      assert.equal(
        findings.map(({ message }) => message),
        [`frame 1 is ${what}`],
      )
    })

  test('calls frames blank only where the approved ones show something', async () => {
    const { findings } = await compare([black, page, page, page], [black, black, page, black])

    assert.is(findings[0]?.message, 'frame 2 is all black, and 1 more are blank')
    assert.equal(await codes([black, page], [black, page]), [])
    assert.ok((await codes([page], [plain(50, 50, [0, 0, 0, 255])])).includes('BLANK'))
  })

  test('says when masks leave nothing to look at', async () => {
    const masks = [{ x: 0, y: 0, width: 96, height: 64 }]
    assert.equal(await codes([page], [defect], { masks }), ['ALL_MASKED'])
  })

  test('says which masks hide nothing, as they lie outside', async () => {
    const inside = { x: 95, y: 63, width: 10, height: 10 }
    const { findings } = await compare([page], [page], {
      masks: [inside, { ...inside, x: 96 }, { ...inside, y: 64 }],
    })

    assert.equal(
      findings.map(({ code, message }) => `${code} ${message}`),
      ['96,63,10,10', '95,64,10,10'].map(
        (mask) => `MASK_OUTSIDE the mask ${mask} lies outside the approved picture of 96 x 64 px`,
      ),
    )
  })
})

describe('chosenFrames', (test) => {
  test('takes all frames where they are few, and both ends and as many between where they are not', () => {
    assert.equal(chosenFrames(4, 100), [0, 1, 2, 3])
    assert.equal(chosenFrames(1_000, 12_000_000), [0, 333, 666, 999])
    assert.equal(chosenFrames(1_000, 60_000_000), [0])
  })
})

describe('Figures of pictures in words', (test) => {
  test('are rounded to the side of the bound that they are on', () => {
    assert.equal([-0.3381, 0.79999, 1].map(likenessText), ['-0.339', '0.799', '1.000'])
    assert.equal([40.12, 5.001, 0].map(distanceText), ['40.2', '5.1', '0.0'])
  })
})
