import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import type { Frame } from '../../harness/visual/frame.ts'
import { openPicture, type Picture } from '../../harness/visual/picture.ts'
import { animated, aPage, imageOf, plain, withBox, writeTruncated } from '../kit/pictures.ts'
import { withScratch } from '../kit/sandbox.ts'
import { rejectionOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const page = aPage(120, 80)

async function allFrames(picture: Picture): Promise<Frame[]> {
  const frames: Frame[] = []
  for await (const frame of picture.frames(Array.from({ length: picture.frameCount }, (_, i) => i)))
    frames.push(frame)
  return frames
}

const opened = (folder: string, bytes: Buffer): Promise<Picture> => {
  // Its name says nothing.
  const file = join(folder, 'picture.tiff')
  writeFileSync(file, bytes)
  return openPicture(file)
}

function pngChunk(kind: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A small file that says it is enormous: 30,000 x 30,000 white pixels of one bit. */
function aBomb(): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(30_000, 0)
  header.writeUInt32BE(30_000, 4)
  header.set([1, 0, 0, 0, 0], 8)
  const rows = deflateSync(Buffer.alloc(30_000 * (1 + 30_000 / 8)), { level: 9 })
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', rows),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

const FORMATS = {
  png: () => imageOf(page).png().toBuffer(),
  jpeg: () => imageOf(page).jpeg({ quality: 95 }).toBuffer(),
  webp: () => imageOf(page).webp().toBuffer(),
  avif: () => imageOf(page).avif().toBuffer(),
  gif: () => imageOf(page).gif().toBuffer(),
} as const

describe('openPicture', (test) => {
  for (const [format, make] of Object.entries(FORMATS))
    test(`reads ${format} by its content, whatever its name`, () =>
      withScratch(async (folder) => {
        const picture = await opened(folder, await make())
        const [frame] = await allFrames(picture)

        assert.equal(
          [picture.format, picture.widthPx, picture.heightPx, picture.frameCount],
          [format, 120, 80, 1],
        )
        assert.is(frame?.rgba.length, 4 * 120 * 80)
        assert.match(picture.sha256, /^[0-9a-f]{64}$/)
      }))

  test('gives the very pixels of a lossless picture', () =>
    withScratch(async (folder) => {
      const half = withBox(page, { x: 3, y: 3, width: 9, height: 9 }, [200, 100, 50, 128])
      const [frame] = await allFrames(await opened(folder, await imageOf(half).png().toBuffer()))

      assert.is(Buffer.compare(frame?.rgba ?? Buffer.alloc(0), half.rgba), 0)
    }))

  for (const format of ['webp', 'gif'] as const)
    test(`reads every frame of an animated ${format}`, () =>
      withScratch(async (folder) => {
        const frames = [0, 40, 80].map((x) =>
          withBox(page, { x, y: 20, width: 30, height: 30 }, [220, 30, 30, 255]),
        )
        const picture = await opened(folder, await animated(format, frames))
        const read = await allFrames(picture)

        assert.equal([picture.frameCount, picture.widthPx, picture.heightPx], [3, 120, 80])
        const middles = read.map(({ rgba }) =>
          [15, 55, 95].map(
            (x) => (rgba[4 * (35 * 120 + x) + 1] ?? 0) < 80 && (rgba[4 * (35 * 120 + x)] ?? 0) > 180,
          ),
        )
        assert.equal(middles, [
          [true, false, false],
          [false, true, false],
          [false, false, true],
        ])
      }))

  test('turns a picture the way it is shown, and takes grey and 16 bits as 8 bits of colour', () =>
    withScratch(async (folder) => {
      const turned = await opened(
        folder,
        await imageOf(page).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      )
      assert.equal([turned.widthPx, turned.heightPx], [80, 120])

      const grey = plain(8, 8, [120, 120, 120, 255])
      const deep = await opened(folder, await imageOf(grey).toColourspace('rgb16').png().toBuffer())
      const single = await opened(
        folder,
        await imageOf(grey).removeAlpha().toColourspace('b-w').png().toBuffer(),
      )
      for (const picture of [deep, single]) {
        const [frame] = await allFrames(picture)
        assert.equal([...(frame?.rgba.subarray(0, 4) ?? [])], [120, 120, 120, 255])
      }
    }))

  for (const [format, make] of Object.entries(FORMATS))
    test(`says of a truncated ${format} that it cannot be read`, () =>
      withScratch(async (folder) => {
        const bytes = await make()
        for (const share of [0.3, 0.7, 0.97]) {
          const error = await rejectionOf(
            openPicture(writeTruncated(join(folder, 'cut'), bytes, share)),
            'PICTURE_UNREADABLE',
          )
          assert.match(error.hint ?? '', /incomplete/)
        }
      }))

  test('says of damaged pixels that they cannot be read', () =>
    withScratch(async (folder) => {
      const bytes = await FORMATS.png()
      bytes.fill(0x5a, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 40)

      const error = await rejectionOf(opened(folder, bytes), 'PICTURE_UNREADABLE')

      assert.match(error.message, /libpng/)
    }))

  test('refuses a small file that would become an enormous picture, before it does', () =>
    withScratch(async (folder) => {
      const bomb = aBomb()
      assert.ok(bomb.length < 200_000)

      const error = await rejectionOf(opened(folder, bomb), 'PICTURE_UNREADABLE')

      assert.match(error.message, /900,000,000 pixels, more than 50,000,000/)
    }))

  test('refuses what is no picture: text, SVG, nothing, a folder, a file that is not there', () =>
    withScratch(async (folder) => {
      const messageOf = async (promise: Promise<unknown>) =>
        (await rejectionOf(promise, 'PICTURE_UNREADABLE')).message
      mkdirSync(join(folder, 'folder'))

      assert.match(await messageOf(opened(folder, Buffer.from('hello'))), /not a png/)
      const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
      assert.match(await messageOf(opened(folder, Buffer.from(svg))), /not a png/)
      assert.match(await messageOf(opened(folder, Buffer.alloc(0))), /it is empty/)
      assert.match(await messageOf(openPicture(join(folder, 'folder'))), /not a file/)
      assert.match(await messageOf(openPicture(join(folder, 'nowhere.png'))), /no such file/)
    }))
})
