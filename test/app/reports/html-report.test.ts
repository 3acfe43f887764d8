import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import * as assert from 'uvu/assert'
import { htmlReport } from '../../../harness/app/reports/html-report.ts'
import { aPage, plain, writePng } from '../../kit/pictures.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'
import { aWrongPageRun } from '../../kit/verdicts.ts'
import { aVisual } from '../../kit/visual-results.ts'

const FINDING = { code: 'SIZE_DIFFERS', message: 'why', evidence: {} } as const

/** What the report shows of a run with this many wrong pictures. */
async function picturesIn(folder: string, count = 1) {
  const { record, verdict } = aWrongPageRun()
  const visuals = Array.from({ length: count }, (_, i) =>
    i === 0 ? record.visuals[0]! : aVisual([FINDING], { name: `page-${i}` }),
  )
  const page = String(await htmlReport.render({ record: { ...record, visuals }, verdict, folder }))
  const uris = [...page.matchAll(/<img src="data:image\/webp;base64,([^"]+)"/g)].map(([, text]) => text ?? '')
  return { page, pictures: uris.map((text) => Buffer.from(text, 'base64')) }
}

/** A run's folder with its pictures. */
function withPictures(sideBySide: Parameters<typeof writePng>[1], body: (folder: string) => Promise<void>) {
  return withScratch(async (folder) => {
    mkdirSync(join(folder, 'visual'))
    await writePng(join(folder, 'visual', 'homepage-side-by-side.png'), sideBySide)
    await writePng(join(folder, 'visual', 'homepage-difference.png'), aPage())
    await body(folder)
  })
}

/** What compresses least. */
function noise(widthPx: number, heightPx: number) {
  const frame = plain(widthPx, heightPx, [0, 0, 0, 255])
  let seed = 1
  for (let at = 0; at < frame.rgba.length; at++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    if (at % 4 !== 3) frame.rgba[at] = seed >> 16
  }
  return frame
}

describe('The HTML report of a run with a wrong picture', (test) => {
  test('holds both side by side and the difference, scaled down to what a page is wide', () =>
    withPictures(aPage(1_200, 300), async (folder) => {
      const { page, pictures } = await picturesIn(folder)

      const sizes = await Promise.all(pictures.map((bytes) => sharp(bytes).metadata()))
      assert.equal(
        sizes.map(({ format, width, height }) => [format, width, height]),
        [
          ['webp', 900, 225],
          ['webp', 96, 64],
        ],
      )
      assert.match(page, 'alt="homepage: expected, actual and difference. worst tile')
      assert.not.match(page, 'left out here')
    }))

  test('leaves out what is gone, and says so', () =>
    withPictures(aPage(), async (folder) => {
      rmSync(join(folder, 'visual', 'homepage-side-by-side.png'))
      const { page, pictures } = await picturesIn(folder)

      assert.is(pictures.length, 1)
      assert.match(page, '1 picture left out here')
    }))

  test('shows four pictures at most, and of each visual before any difference', () =>
    withPictures(aPage(), async (folder) => {
      const { page, pictures } = await picturesIn(folder, 5)

      assert.is(pictures.length, 4)
      assert.match(page, '6 pictures left out here')
      assert.match(page, 'alt="page-3: expected, actual and difference.')
    }))

  test('stays below 500 kB whatever the pictures show', () =>
    withPictures(noise(900, 1_600), async (folder) => {
      const { page } = await picturesIn(folder, 4)

      assert.ok(page.length < 500_000)
    }))

  test('opens no file but those in the folder of the run', () =>
    withPictures(aPage(), async (folder) => {
      await writePng(join(folder, 'outside.png'), aPage())
      const { record, verdict } = aWrongPageRun()
      const files = { candidate: null, difference: null, sideBySide: join(folder, 'outside.png') }
      const visuals = record.visuals.map((visual) => ({ ...visual, files }))
      const page = await htmlReport.render({ record: { ...record, visuals }, verdict, folder })

      assert.match(String(page), '1 picture left out here')
    }))
})
