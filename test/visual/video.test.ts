import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { VISUAL_BOUNDS } from '../../harness/model/visual.ts'
import { comparePictures } from '../../harness/visual/compare.ts'
import type { Frame } from '../../harness/visual/frame.ts'
import { openPicture } from '../../harness/visual/picture.ts'
import { aPage, FFMPEG_HINT, HAS_FFMPEG, withBox, writeTruncated, writeVideo } from '../kit/pictures.ts'
import { withScratch } from '../kit/sandbox.ts'
import { rejectionOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const page = aPage(128, 96)
/** A box that moves to the right. */
const film: readonly Frame[] = Array.from({ length: 8 }, (_, i) =>
  withBox(page, { x: 12 * i, y: 32, width: 24, height: 24 }, [200, 40, 40, 255]),
)

/** Runs a body without any command on the path. */
async function withoutCommands<T>(body: () => Promise<T>): Promise<T> {
  const path = process.env['PATH']
  process.env['PATH'] = '/nonexistent'
  try {
    return await body()
  } finally {
    process.env['PATH'] = path
  }
}

describe('Videos', (test) => {
  const testWithFfmpeg = HAS_FFMPEG
    ? test
    : (title: string, _body: () => Promise<void>) => test.skip(title, FFMPEG_HINT)

  for (const extension of ['mp4', 'webm', 'mkv', 'mov', 'avi'])
    testWithFfmpeg(`are read frame by frame: ${extension}`, () =>
      withScratch(async (folder) => {
        const picture = await openPicture(writeVideo(join(folder, `film.${extension}`), film))
        const chosen: Frame[] = []
        for await (const frame of picture.frames([0, 4, 7])) chosen.push(frame)

        assert.equal(
          [picture.format, picture.widthPx, picture.heightPx, picture.frameCount],
          ['video', 128, 96, 8],
        )
        const reds = chosen.map(({ rgba }) =>
          [12, 60, 96].map(
            (x) => (rgba[4 * (44 * 128 + x) + 1] ?? 0) < 120 && (rgba[4 * (44 * 128 + x)] ?? 0) > 150,
          ),
        )
        assert.equal(reds, [
          [true, false, false],
          [false, true, false],
          [false, false, true],
        ])
      }),
    )

  testWithFfmpeg('show in which frame they differ', () =>
    withScratch(async (folder) => {
      const broken = film.map((frame, i) =>
        i === 5 ? withBox(frame, { x: 8, y: 64, width: 32, height: 32 }, [255, 255, 255, 255]) : frame,
      )
      const [baseline, candidate] = await Promise.all(
        [film, broken].map((frames, i) =>
          openPicture(writeVideo(join(folder, `${i}.mkv`), frames, '-c:v', 'ffv1')),
        ),
      )
      const { findings, worstTile, comparedFrameCount } = await comparePictures(baseline!, candidate!, {
        ...VISUAL_BOUNDS,
        masks: [],
      })

      assert.ok(findings.some(({ code }) => code === 'TILE_BELOW_BOUND'))
      assert.equal([worstTile?.frame, comparedFrameCount], [6, 8])
    }),
  )

  testWithFfmpeg('of hundreds of frames are read in full', () =>
    withScratch(async (folder) => {
      const small = Array.from({ length: 300 }, (_, i) =>
        withBox(aPage(32, 32), { x: i % 24, y: 8, width: 8, height: 8 }, [200, 40, 40, 255]),
      )
      const picture = await openPicture(writeVideo(join(folder, 'film.mkv'), small, '-c:v', 'ffv1'))
      const { findings, comparedFrameCount } = await comparePictures(picture, picture, {
        ...VISUAL_BOUNDS,
        masks: [],
      })

      assert.equal([findings, comparedFrameCount], [[], 300])
    }),
  )

  testWithFfmpeg('an animated PNG is all of its frames, not the first', () =>
    withScratch(async (folder) => {
      const picture = await openPicture(writeVideo(join(folder, 'film.apng'), film, '-f', 'apng'))
      assert.equal([picture.format, picture.frameCount], ['video', 8])
    }),
  )

  for (const extension of ['mp4', 'webm', 'mkv'])
    testWithFfmpeg(`that are cut short cannot be read: ${extension}`, () =>
      withScratch(async (folder) => {
        const bytes = readFileSync(writeVideo(join(folder, `film.${extension}`), film))
        for (const share of [0.4, 0.9]) {
          const cut = openPicture(writeTruncated(join(folder, 'cut'), bytes, share))
          assert.match((await rejectionOf(cut, 'PICTURE_UNREADABLE')).hint ?? '', /incomplete/, `${share}`)
        }
      }),
    )

  test('need ffmpeg, and say how to get it', () =>
    withScratch(async (folder) => {
      const start = Buffer.from('\x00\x00\x00\x18ftypisom\x00\x00\x02\x00', 'latin1')
      const file = writeTruncated(join(folder, 'film.mp4'), start, 1)
      const error = await withoutCommands(() => rejectionOf(openPicture(file), 'FFMPEG_MISSING'))

      assert.is(error.exitCode, 4)
      assert.match(error.hint ?? '', /apt-get install ffmpeg/)
    }))
})
