import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import * as assert from 'uvu/assert'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import { READERS } from '../../kit/report-readers.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

/** Runs against a server of our own; gives the verdict and the names of the files it left. */
async function runWith(place: Workplace, ...args: string[]) {
  const server = await startHttpServer((_request, response) => response.end('{}'))
  try {
    const { verdict } = await place.verdictOf(server.url, '--agents', '2', '--duration', '1s', ...args)
    const folder = dirname(verdict.files['record'] ?? '')
    return { verdict, folder, files: readdirSync(folder).sort() }
  } finally {
    await server.close()
  }
}

describe('proofload run --report', (test) => {
  test('writes the reports that are named beside record and verdict, and names them in the verdict', () =>
    inWorkplace(async (place) => {
      const { verdict, files } = await runWith(place, '--report', 'junit,csv', '--report', 'sarif,junit')

      assert.equal(files, ['figures.csv', 'junit.xml', 'results.sarif', 'run.json', 'verdict.json'])
      assert.equal(Object.keys(verdict.files), ['record', 'verdict', 'junit', 'csv', 'sarif'])
      for (const name of ['junit', 'csv', 'sarif'])
        assert.ok(READERS[name]?.(place.read(verdict.files[name] ?? '')))
    }))

  test('leaves pictures of the run in a folder of their own', () =>
    inWorkplace(async (place) => {
      const { verdict, folder, files } = await runWith(place, '--report', 'png')

      const pictures = readdirSync(join(folder, 'charts'))
      assert.is(verdict.files['png'], join(folder, 'charts'))
      assert.ok(files.includes('charts') && pictures.includes('latency-over-time.png'))
      for (const picture of pictures)
        assert.is((await sharp(readFileSync(join(folder, 'charts', picture))).metadata()).width, 1440)
    }))

  test('refuses a name it does not know before any load, with the nearest one and the list', () =>
    inWorkplace(async (place) => {
      const { status, stderr } = await place.run('run', 'http://127.0.0.1:9', '--report', 'markdown,junitt')

      assert.is(status, 2)
      assert.match(stderr, "there is no report named 'junitt'")
      assert.match(stderr, "Did you mean 'junit'? Known: console, csv,")
      assert.not.match(readdirSync(place.path).join(), 'reports')
    }))
})

describe('proofload report', (test) => {
  test('renders a stored run as the run itself would have, to stdout or into a file', () =>
    inWorkplace(async (place) => {
      const { folder } = await runWith(place)

      const shown = await place.run('report', folder)
      const written = await place.run(
        'report',
        join(folder, 'run.json'),
        '--as',
        'junit',
        '--out',
        'ci/junit.xml',
      )

      assert.equal([shown.status, written.status, written.stdout], [0, 0, ''])
      assert.is(shown.stdout, place.read(join(folder, 'summary.md')))
      assert.match(READERS['junit']?.(place.read('ci/junit.xml')) ?? '', 'the measurement is valid')
    }))

  test('draws a stored run into a folder, and never onto standard output', () =>
    inWorkplace(async (place) => {
      const { folder } = await runWith(place)

      const drawn = await place.run('report', folder, '--as', 'png', '--out', 'pictures')
      const piped = await place.run('report', folder, '--as', 'png')

      assert.equal([drawn.status, drawn.stdout, drawn.stderr], [0, '', ''])
      assert.ok(readdirSync(join(place.path, 'pictures')).includes('spectrum.png'))
      assert.equal([piped.status, piped.stdout], [2, ''])
      assert.match(piped.stderr, '--out charts')
    }))

  test('judges the run again where its verdict is gone, and says what it cannot do', () =>
    inWorkplace(async (place) => {
      const { folder, verdict } = await runWith(place)
      rmSync(join(folder, 'verdict.json'))

      const again = await place.run('report', folder, '--as', 'json')
      const unknown = await place.run('report', folder, '--as', 'pdf')
      const unwritable = await place.run('report', folder, '--out', join(folder, 'run.json', 'x.md'))

      assert.is(JSON.parse(again.stdout).outcome, verdict.outcome)
      assert.equal([unknown.status, unwritable.status], [2, 4])
      assert.match(unwritable.stderr, 'cannot be written')
    }))
})
