import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { allVisuals, approveVisual, compareVisual } from '../../../harness/app/visuals/visuals.ts'
import { VISUAL_BOUNDS } from '../../../harness/model/visual.ts'
import { openPicture } from '../../../harness/visual/picture.ts'
import { aPage, imageOf, plain, withBox, writePng } from '../../kit/pictures.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { rejectionOf } from '../../kit/scenario-documents.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const page = aPage()
const other = withBox(page, { x: 40, y: 24, width: 16, height: 16 }, [255, 0, 0, 255])

/** A folder with pictures in it, and the two commands. */
function inFolder(body: (place: Place) => Promise<void>): Promise<void> {
  return withScratch(async (cwd) => {
    const address = { folder: join(cwd, 'baselines', 'visual'), name: 'homepage' }
    await writePng(join(cwd, 'page.png'), page)
    await writePng(join(cwd, 'other.png'), other)
    const clock = new VirtualClock()
    await body({
      cwd,
      address,
      approve: (file, reason) =>
        approveVisual({ address, file, cwd, reason: reason ?? null, by: 'mia' }, { clock }),
      compare: async (file) => {
        const candidate = await openPicture(join(cwd, file))
        return compareVisual({ address, candidate, file, bounds: { ...VISUAL_BOUNDS, masks: [] } })
      },
    })
  })
}

interface Place {
  readonly cwd: string
  readonly address: { readonly folder: string; readonly name: string }
  approve(file: string, reason?: string): ReturnType<typeof approveVisual>
  compare(file: string): ReturnType<typeof compareVisual>
}

describe('approveVisual', (test) => {
  test('keeps the picture as it is, and says who let it in, from where, and what it is', () =>
    inFolder(async ({ cwd, address, approve }) => {
      const { approved, file, source, widthPx, heightPx, frameCount, format } = await approve('page.png')

      assert.equal([approved.by, approved.reason, source], ['mia', 'first of its name', 'page.png'])
      assert.equal([file, format, widthPx, heightPx, frameCount], ['homepage.png', 'png', 96, 64, 1])
      const kept = readFileSync(join(address.folder, 'homepage.png'))
      assert.is(Buffer.compare(kept, readFileSync(join(cwd, 'page.png'))), 0)
      assert.equal(
        (await allVisuals(address.folder)).map(({ name }) => name),
        ['homepage'],
      )
    }))

  test('asks for a reason when another picture takes the place, and takes the same one only once', () =>
    inFolder(async ({ approve, compare }) => {
      await approve('page.png')
      assert.match(
        (await rejectionOf(approve('page.png', 'again'), 'USAGE')).message,
        /approved as homepage already/,
      )
      assert.match((await rejectionOf(approve('other.png'), 'USAGE')).hint ?? '', /--reason/)

      const { approved } = await approve('other.png', 'a red button')
      assert.is(approved.reason, 'a red button')
      assert.equal((await compare('other.png')).result.findings, [])
    }))

  test('takes no picture that shows nothing, and none that cannot be read', () =>
    inFolder(async ({ cwd, address, approve }) => {
      await writePng(join(cwd, 'black.png'), plain(90, 60, [0, 0, 0, 255]))
      assert.match(
        (await rejectionOf(approve('black.png'), 'USAGE')).message,
        /shows nothing: it is all black/,
      )
      await rejectionOf(approve('nowhere.png'), 'PICTURE_UNREADABLE')
      assert.equal(await allVisuals(address.folder), [])
    }))

  test('says where it was without naming folders of this machine', () =>
    inFolder(async ({ cwd, approve }) => {
      assert.is((await approve(join(cwd, 'page.png'))).source, 'page.png')
      await withScratch(async (elsewhere) => {
        await writePng(join(elsewhere, 'far.png'), other)
        assert.is((await approve(join(elsewhere, 'far.png'), 'new')).source, 'far.png')
      })
    }))

  test('names the file by what it holds', () =>
    inFolder(async ({ cwd, approve }) => {
      await imageOf(page).jpeg({ quality: 95 }).toFile(join(cwd, 'photo.jpeg'))
      assert.is((await approve('photo.jpeg')).file, 'homepage.jpg')
    }))
})

describe('compareVisual', (test) => {
  test('shows what differs in two pictures, and writes none where nothing does', () =>
    inFolder(async ({ cwd, approve, compare }) => {
      await approve('page.png')
      const same = await (await compare('page.png')).show(join(cwd, 'out'))
      const { files, findings, baseline } = await (await compare('other.png')).show(join(cwd, 'out'))

      assert.equal([same.findings, same.files.difference], [[], null])
      assert.ok(findings.length > 0)
      assert.is(baseline, join(cwd, 'baselines', 'visual', 'homepage.png'))
      assert.equal(readdirSync(join(cwd, 'out')).sort(), [
        'homepage-difference.png',
        'homepage-side-by-side.png',
      ])
      for (const file of [files.difference, files.sideBySide])
        assert.is((await openPicture(file ?? '')).format, 'png')
    }))

  test('says which pictures there are when there is none of that name', () =>
    inFolder(async ({ cwd, address, approve }) => {
      await approve('page.png')
      const candidate = await openPicture(join(cwd, 'page.png'))
      const wrong = { ...address, name: 'hompage' }
      const bounds = { ...VISUAL_BOUNDS, masks: [] }
      const error = await rejectionOf(
        compareVisual({ address: wrong, candidate, file: 'page.png', bounds }),
        'BASELINE_NOT_FOUND',
      )

      assert.match(error.hint ?? '', /proofload visual approve hompage FILE\. There are: homepage\./)
    }))

  test('does not compare with a picture that was changed since it was approved', () =>
    inFolder(async ({ address, approve, compare }) => {
      await approve('page.png')
      appendFileSync(join(address.folder, 'homepage.png'), 'x')

      const error = await rejectionOf(compare('page.png'), 'BASELINE_INVALID')
      assert.match(error.message, /not the one that was approved/)
    }))

  test('says where a folder cannot be written', () =>
    inFolder(async ({ cwd, approve, compare }) => {
      await approve('page.png')
      const compared = await compare('other.png')
      await rejectionOf(compared.show(join(cwd, 'page.png', 'out')), 'REPORT_UNWRITABLE')
    }))
})
