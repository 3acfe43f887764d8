/** Pictures against approved ones with the built command: by themselves, and as an objective of a run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { approveVisual, VISUALS_FOLDER } from '../../../harness/app/visuals/visuals.ts'
import { createSystemClock } from '../../../harness/base/clock.ts'
import type { VerdictDocument } from '../../../harness/model/verdict.ts'
import type { VisualApproval, VisualResult } from '../../../harness/model/visual.ts'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import { aPage, FFMPEG_HINT, HAS_FFMPEG, plain, withBox, writePng, writeVideo } from '../../kit/pictures.ts'
import { describe } from '../../kit/suite.ts'

const page = aPage(320, 200)
const wrong = withBox(page, { x: 100, y: 60, width: 16, height: 16 }, [255, 255, 255, 255])

/** A workplace with pictures of a page as it should be, and as it should not. */
function withPictures(body: (place: Workplace) => Promise<void>): Promise<void> {
  return inWorkplace(async (place) => {
    await writePng(join(place.path, 'page.png'), page)
    await writePng(join(place.path, 'wrong.png'), wrong)
    await body(place)
  })
}

/** In this process: a command of its own for each would take most of the time. */
const approve = (place: Workplace, name: string, file: string) => {
  const address = { folder: join(place.path, VISUALS_FOLDER), name }
  return approveVisual(
    { address, file, cwd: place.path, reason: null, by: null },
    { clock: createSystemClock() },
  )
}

const compare = async (place: Workplace, ...args: string[]) => {
  const { status, stdout, stderr } = await place.run('visual', 'compare', ...args, '--json')
  assert.match(stdout, /^\{/, stderr)
  return { status, result: JSON.parse(stdout) as VisualResult }
}

describe('proofload visual', (test) => {
  test('approves, lists, and compares: 0 as approved, 1 where something differs', () =>
    withPictures(async (place) => {
      const approved = await place.run('visual', 'approve', 'homepage', 'page.png', '--by', 'mia')
      assert.equal([approved.status, approved.stdout], [0, 'baselines/visual/homepage.png: 320 x 200 px\n'])

      const listed = await place.run('visual', 'list', '--json')
      const [only] = JSON.parse(listed.stdout) as VisualApproval[]
      assert.equal([only?.name, only?.approved.by], ['homepage', 'mia'])
      assert.match(
        (await place.run('visual', 'list')).stdout,
        /homepage\.png +320 x 200 px [\s\S]*mia: first of its name/,
      )

      const same = await place.run('visual', 'compare', 'homepage', 'page.png')
      assert.equal([same.status, same.stderr], [0, ''])
      assert.match(
        same.stdout,
        /^homepage matches the approved picture: mean 1\.000, worst tile 1\.000, colour difference 0\.0/,
      )

      const other = await place.run('visual', 'compare', 'homepage', 'wrong.png', '--out', 'out')
      assert.is(other.status, 1)
      assert.match(other.stdout, /TILE_BELOW_BOUND {2}worst tile 0\.\d+ at \d+,\d+ in frame 1, bound >= 0\.8/)
      assert.match(other.stdout, /proofload visual approve homepage wrong\.png --reason/)
      assert.equal(readdirSync(join(place.path, 'out')).sort(), [
        'homepage-difference.png',
        'homepage-side-by-side.png',
      ])
      // Approved pictures lie among the baselines of runs and are none.
      assert.match((await place.run('baseline', 'list')).stdout, /^no baselines/)
    }))

  test('takes bounds and masks', () =>
    withPictures(async (place) => {
      await approve(place, 'homepage', 'page.png')
      const masked = await compare(
        place,
        'homepage',
        'wrong.png',
        '--mask',
        '1,1,2,2',
        '--mask',
        '100,60,16,16',
      )
      const lenient = await compare(
        place,
        'homepage',
        'wrong.png',
        '--tile',
        '0',
        '--mean',
        '0',
        '--colour',
        '300',
      )

      assert.equal([masked.status, masked.result.findings], [0, []])
      assert.equal([lenient.status, lenient.result.findings], [0, []])
      for (const [flag, value] of [
        ['--mask', '1,2,3'],
        ['--mask', '0,0,0,5'],
        ['--mean', '1.1'],
        ['--tile', 'x'],
        ['--colour', '-1'],
      ] as const)
        assert.is((await place.run('visual', 'compare', 'homepage', 'page.png', flag, value)).status, 2, flag)
    }))

  test('advises to approve no picture that shows nothing or that nobody looked at, and rounds in one way', () =>
    withPictures(async (place) => {
      await writePng(join(place.path, 'black.png'), plain(320, 200, [0, 0, 0, 255]))
      await approve(place, 'homepage', 'page.png')
      const said = async (...args: string[]) => {
        const { status, stdout, stderr } = await place.run('visual', 'compare', 'homepage', ...args)
        assert.is(status, 1, stderr)
        return stdout
      }

      const blank = await said('black.png')
      assert.match(blank, /look at black\.png first: fix the page/)
      const masked = await said('wrong.png', '--mask', '0,0,320,200')
      assert.match(masked, /ALL_MASKED[\s\S]*fix the masks/)
      const outside = await said('page.png', '--mask', '500,0,10,10')
      assert.match(outside, /MASK_OUTSIDE {2}the mask 500,0,10,10 lies outside[\s\S]*fix the masks/)
      for (const text of [blank, masked, outside]) assert.not.match(text, 'visual approve')

      const wrong = await said('wrong.png')
      const [, tile] = /worst tile (-?[\d.]+),/.exec(wrong) ?? []
      const [, colour] = /colour difference ([\d.]+)/.exec(wrong) ?? []
      assert.match(wrong, `TILE_BELOW_BOUND  worst tile ${tile} at`)
      assert.match(wrong, `COLOUR_DIFFERS  colour differs by ${colour} at`)
      assert.match(wrong, /, bound <= 5\n/)
    }))

  test('says what to do where a picture is missing, cannot be read, or may not be replaced', () =>
    withPictures(async (place) => {
      const failure = async (...args: string[]) => {
        const { status, stdout, stderr } = await place.run('visual', ...args)
        assert.equal([status, stdout], [2, ''], stderr)
        return stderr
      }
      place.write('text.png', 'no picture')

      assert.match(
        await failure('compare', 'homepage', 'page.png'),
        /BASELINE_NOT_FOUND[\s\S]*visual approve homepage/,
      )
      await approve(place, 'homepage', 'page.png')
      assert.match(await failure('compare', 'homepage', 'nowhere.png'), /PICTURE_UNREADABLE.*no such file/)
      assert.match(await failure('compare', 'homepage', 'text.png'), /not a png/)
      assert.match(await failure('compare', '../homepage', 'page.png'), /cannot name a picture/)
      assert.match(await failure('approve', '../../x', 'page.png'), /cannot name a picture/)
      assert.match(await failure('approve', 'homepage', 'wrong.png'), /--reason/)
    }))

  const title = 'compares videos frame by frame'
  if (HAS_FFMPEG)
    test(title, () =>
      withPictures(async (place) => {
        const film = [page, page, page]
        writeVideo(join(place.path, 'film.mkv'), film, '-c:v', 'ffv1')
        writeVideo(join(place.path, 'broken.mkv'), [page, wrong, page], '-c:v', 'ffv1')
        await approve(place, 'intro', 'film.mkv')

        assert.is((await compare(place, 'intro', 'film.mkv')).status, 0)
        const { status, result } = await compare(place, 'intro', 'broken.mkv')
        assert.equal([status, result.worstTile?.frame, result.comparedFrameCount], [1, 2, 3])
      }),
    )
  else test.skip(title, FFMPEG_HINT)
})

/** A short load on the sandbox; its pictures are written by commands, or not at all. */
const scenario = (visuals: string, objectives: string) => `name: shop
target: { plugin: sandbox }
workload: { pattern: constant-agents, agents: 2, duration: 1s }
journeys: { main: { steps: [{ request: { method: GET, path: /items } }] } }
visuals: { ${visuals} }
objectives: ["error_ratio < 50%", ${objectives}]
`

/** Takes its picture only where the target still answers. */
const SHOOT = `import { copyFileSync } from 'node:fs'
const answer = await fetch(process.env.PROOFLOAD_TARGET_URL + '/items')
if (!answer.ok || !process.env.PROOFLOAD_RUN_ID) process.exit(1)
copyFileSync(process.argv[2], process.argv[3])
`

describe('A run with pictures', (test) => {
  test('is NO-GO although fast when its output is wrong, and GO when it is right', () =>
    withPictures(async (place) => {
      place.write('shoot.mjs', SHOOT)
      const visuals = (source: string) =>
        `homepage: { command: node shoot.mjs ${source} out.png, file: out.png }`
      place.write('right.yaml', scenario(visuals('page.png'), '"visual(homepage)"'))
      place.write('wrong.yaml', scenario(visuals('wrong.png'), '"visual(homepage)"'))
      await approve(place, 'homepage', 'page.png')

      const right = await place.verdictOf('right.yaml')
      // INCONCLUSIVE where this machine is too busy to measure: the picture is as it should be either way.
      assert.is.not(right.verdict.outcome, 'NO_GO')
      assert.is(right.verdict.objectives[1]?.outcome, 'met')
      assert.equal(right.record.visuals[0]?.findings, [])

      const { verdict, record, status } = await place.verdictOf('wrong.yaml')
      assert.equal([verdict.outcome, status], ['NO_GO', 1])
      assert.match(
        verdict.reasons.find(({ code }) => code === 'OBJECTIVE_MISSED')?.message ?? '',
        /^missed visual\(homepage\): worst tile 0\.\d+ at \d+,\d+ in frame 1, bound >= 0\.8/,
      )
      const { files } = record.visuals[0]!
      const folder = join(dirname(verdict.files['record'] ?? ''), 'visual')
      assert.equal(readdirSync(folder).sort(), [
        'homepage-difference.png',
        'homepage-side-by-side.png',
        'homepage.png',
      ])
      assert.equal(
        ['candidate', 'difference', 'sideBySide'].map((what) => verdict.files[`visual.homepage.${what}`]),
        [files.candidate, files.difference, files.sideBySide].map((file) => join(place.path, file ?? '')),
      )
      const report = readFileSync(verdict.files['html'] ?? '', 'utf8')
      assert.match(report, /<dt>Seen<\/dt><dd>worst tile 0\.\d+ at/)
      assert.is(report.split('<img src="data:image/webp;base64,').length - 1, 2)
      // The advice works as it stands.
      const advice = verdict.risks[0]?.recommendation ?? ''
      const [, ...words] = /approve it: (.*) \.\.\.$/.exec(advice)?.[1]?.split(' ') ?? []
      assert.is((await place.run(...words, 'a new look')).status, 0, advice)
      assert.is((await place.verdictOf('wrong.yaml')).verdict.objectives[1]?.outcome, 'met')
    }))

  test('never lets a picture pass that nobody approved, that was not made, or that is an old one', () =>
    withPictures(async (place) => {
      await writePng(join(place.path, 'old.png'), page)
      await writePng(join(place.path, 'black.png'), plain(320, 200, [0, 0, 0, 255]))
      const pictures = {
        unapproved: 'command: cp page.png a.png, file: a.png',
        failing: 'command: "echo no browser >&2; exit 3", file: b.png',
        idle: 'command: "true", file: old.png',
        left: 'file: old.png',
        missing: 'command: "true", file: c.png',
        slow: 'command: sleep 60, file: d.png, timeout: 200ms',
        blank: 'command: cp black.png e.png, file: e.png',
      }
      const names = Object.keys(pictures)
      for (const name of names.filter((each) => each !== 'unapproved')) await approve(place, name, 'page.png')
      const visuals = Object.entries(pictures).map(([name, settings]) => `${name}: { ${settings} }`)
      const objectives = names.map((name) => `"visual(${name})"`)
      place.write('all.yaml', scenario(visuals.join(', '), objectives.join(', ')))

      const { verdict, record } = await place.verdictOf('all.yaml')

      assert.is(verdict.outcome, 'NO_GO')
      assert.equal(
        record.visuals.map(({ name, findings }) => [name, findings[0]?.code]),
        [
          ['unapproved', 'NO_BASELINE'],
          ['failing', 'COMMAND_FAILED'],
          ['idle', 'NOT_WRITTEN'],
          ['left', 'NOT_WRITTEN'],
          ['missing', 'NOT_WRITTEN'],
          ['slow', 'COMMAND_FAILED'],
          ['blank', 'BLANK'],
        ],
      )
      const messages = record.visuals.map(({ findings }) => findings[0]?.message ?? '')
      assert.match(
        verdict.objectives.find(({ expect }) => expect === 'visual(unapproved)')?.message ?? '',
        /proofload visual approve unapproved reports\/shop\/.*\/visual\/unapproved\.png$/,
      )
      assert.match(messages[1]!, /the command ended with status 3: no browser/)
      assert.match(messages[5]!, /did not end within 200ms and was killed/)
      const isAsked = ({ expect }: { readonly expect: string }) => expect.startsWith('visual(')
      assert.equal(
        verdict.objectives.filter(isAsked).map(({ outcome }) => outcome),
        [...names.slice(1).map(() => 'no-data'), 'missed'],
      )
      assert.not.match(JSON.stringify(verdict.risks), /visual approve/)
    }))

  test('gives up a command at ctrl-C, and judges no picture then', () =>
    withPictures(async (place) => {
      const slow = 'command: touch begun; sleep 60, file: out.png'
      place.write('slow.yaml', scenario(`homepage: { ${slow} }`, '"visual(homepage)"'))
      const run = place.start('run', 'slow.yaml', '--json', '--quiet')
      await run.until(() => existsSync(join(place.path, 'begun')))
      run.signal('SIGINT')
      const verdict = JSON.parse((await run.ended).stdout) as VerdictDocument

      assert.is(verdict.outcome, 'INCONCLUSIVE')
      assert.is(verdict.objectives[1]?.outcome, 'no-data')
    }))

  test('hides secrets in what a command says', () =>
    withPictures(async (place) => {
      const leak = 'command: "echo token {{secret.PATH}}; exit 1", file: out.png'
      place.write('leak.yaml', scenario(`homepage: { ${leak} }`, '"visual(homepage)"'))
      const { verdict, record } = await place.verdictOf('leak.yaml')

      const path = process.env['PATH'] ?? ''
      assert.ok(path.length >= 6)
      assert.match(verdict.objectives[1]?.message ?? '', /token \*\*\*/)
      assert.not(JSON.stringify(record.visuals).includes(path))
    }))

  test('does not begin where an objective names no picture of it', () =>
    withPictures(async (place) => {
      place.write('typo.yaml', scenario('homepage: { file: out.png }', '"visual(hompage)"'))
      const { status, stderr } = await place.run('run', 'typo.yaml')

      assert.is(status, 2)
      assert.match(stderr, /there is no visual 'hompage'/)
      assert.match(stderr, /did you mean 'homepage'/)
      assert.not(existsSync(join(place.path, 'reports')))
    }))
})
