import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { tellGithub } from '../../harness/app/reports/github-summary.ts'
import { createSystemClock } from '../../harness/base/clock.ts'
import { readScenarioFiles } from '../../harness/scenario/files.ts'
import { loadScenario } from '../../harness/scenario/load.ts'
import { resolveSecrets } from '../../harness/scenario/secrets.ts'
import { readBaseline } from '../../harness/store/baselines.ts'
import { openHistory } from '../../harness/store/history/open-history.ts'
import { inlinePicture } from '../../harness/store/inline-picture.ts'
import { readJournal } from '../../harness/store/journal.ts'
import { readRunFile } from '../../harness/store/report-folders.ts'
import { FileStateStore } from '../../harness/store/state/file-state-store.ts'
import { readRunRecord, readVerdictBeside } from '../../harness/store/stored-run.ts'
import { readVisualApproval } from '../../harness/store/visual-baselines.ts'
import {
  appendRegularFile,
  exists,
  makeFolder,
  readRegularFile,
  readRegularLines,
  readRegularText,
  readRegularTextSync,
  refuseIrregular,
} from '../../harness/system/files.ts'
import { targets } from '../../harness/targets/index.ts'
import { openPicture } from '../../harness/visual/picture.ts'
import { aRecord } from '../kit/builders.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'
import { aGoodRun } from '../kit/verdicts.ts'

/** A pipe that nobody writes to: who opens it as a file waits for ever. */
function pipe(folder: string, ...names: readonly string[]): string {
  const path = join(folder, ...names)
  mkdirSync(join(path, '..'), { recursive: true })
  execFileSync('mkfifo', [path])
  return path
}

/** Message, hints and problems. */
async function refusal(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    return JSON.stringify([(error as Error).message, error])
  }
  throw new Error('it was not refused')
}

describe('A regular file', (test) => {
  test('is read as bytes or text, with a promise or without', () =>
    withScratch(async (folder) => {
      const file = join(folder, 'a.txt')
      await appendRegularFile(file, 'grüße')
      await appendRegularFile(file, '!')

      assert.is(readFileSync(file, 'utf8'), 'grüße!')
      assert.is((await readRegularFile(file)).length, 8)
      assert.is(await readRegularText(file), 'grüße!')
      assert.is(readRegularTextSync(file), 'grüße!')
    }))

  test('is read line by line, the last one with or without an end', () =>
    withScratch(async (folder) => {
      const file = join(folder, 'a.txt')
      const linesOf = async () => {
        const lines: string[] = []
        for await (const line of readRegularLines(file)) lines.push(line.toString())
        return lines
      }
      await appendRegularFile(file, '')
      assert.equal(await linesOf(), [])
      await appendRegularFile(file, 'grüße\n\nan')
      assert.equal(await linesOf(), ['grüße', '', 'an'])
      await appendRegularFile(file, ' alle\n')
      assert.equal(await linesOf(), ['grüße', '', 'an alle'])
    }))

  test('is refused where it is larger than allowed', () =>
    withScratch(async (folder) => {
      const file = join(folder, 'a.txt')
      writeFileSync(file, 'x'.repeat(2_000))

      assert.match(
        await refusal(() => readRegularFile(file, { bytesMax: 1_000 })),
        /a\.txt has 2 KB, more than 1 KB|a\.txt has .*, more than/,
      )
    }))

  test('that is not there is the error of the system', async () => {
    const code = await readRegularFile('/nowhere').catch((error: NodeJS.ErrnoException) => error.code)
    assert.is(code, 'ENOENT')
    await refuseIrregular('/nowhere')
  })
})

describe('What is no regular file', (test) => {
  test('is named for what it is, and waited for by nobody', () =>
    withScratch(async (folder) => {
      const fifo = pipe(folder, 'fifo')
      const socket = join(folder, 'socket')
      const server = createServer().listen(socket)
      await new Promise((resolve) => server.once('listening', resolve))
      try {
        for (const read of [
          readRegularFile,
          readRegularText,
          refuseIrregular,
          (path: string) => readRegularTextSync(path),
        ]) {
          assert.match(await refusal(() => read(fifo)), 'fifo is a pipe (FIFO), not a regular file')
          assert.match(await refusal(() => read(folder)), 'is a folder, not a regular file')
          assert.match(await refusal(() => read('/dev/zero')), '/dev/zero is a device, not a regular file')
        }
        assert.match(await refusal(() => refuseIrregular(socket)), 'is a socket, not a regular file')
        assert.ok(await refusal(() => readRegularFile(socket)))
        assert.ok(await refusal(() => appendRegularFile(fifo, 'text')))
      } finally {
        server.close()
      }
    }))

  const READS: Readonly<Record<string, (folder: string) => unknown>> = {
    'a scenario': (folder) => loadScenario(pipe(folder, 'a.yaml'), folder),
    'a scenario module': (folder) => loadScenario(pipe(folder, 'a.ts'), folder),
    'rows of a feeder in CSV': (folder) => {
      pipe(folder, 'rows')
      return readScenarioFiles({ data: { users: { csv: 'rows' } } }, null, folder)
    },
    'rows of a feeder in JSON': (folder) => {
      pipe(folder, 'rows')
      return readScenarioFiles({ data: { users: { json: 'rows' } } }, null, folder)
    },
    'instants of a replay': (folder) => {
      pipe(folder, 'instants')
      return readScenarioFiles({ workload: { csv: 'instants' } }, null, folder)
    },
    'a secret': (folder) => resolveSecrets(['TOKEN'], { TOKEN_FILE: pipe(folder, 'token') }),
    'an authority of TLS': (folder) => {
      const config = { url: 'https://127.0.0.1:1', tls: { ca: pipe(folder, 'ca.pem') } }
      const plugin = targets.get('http')
      return plugin.createDriver(
        plugin.configSchema.parse(config) as never,
        {
          clock: createSystemClock(),
          agents: 1,
          connections: 1,
          defaultTimeouts: { connectMs: 1, firstByteMs: 1, totalMs: 1 },
          tracing: null,
        } as never,
      )
    },
    'a run record': (folder) => {
      pipe(folder, 'run.json')
      return readRunRecord(folder, folder)
    },
    'a journal': (folder) => readJournal(pipe(folder, 'journal.ndjson')),
    'a baseline': (folder) => {
      pipe(folder, 'shop', 'main.json')
      return readBaseline({ folder, scenario: 'shop', name: 'main' })
    },
    'an approved picture': (folder) => {
      pipe(folder, 'home.approval.json')
      return readVisualApproval({ folder, name: 'home' })
    },
    'a picture': (folder) => openPicture(pipe(folder, 'home.png')),
    'a state file': (folder) => new FileStateStore(pipe(folder, 'state.json'), createSystemClock()).get('a'),
    'a history': (folder) => openHistory(pipe(folder, 'history.db')),
  }
  for (const [what, read] of Object.entries(READS))
    test(`is refused where ${what} should be`, () =>
      withScratch(async (folder) => {
        assert.match(
          await refusal(() => read(folder)),
          /is a pipe \(FIFO\), not a regular file|it is not a file/,
        )
      }))

  test('is as good as none where a file may be missing', () =>
    withScratch(async (folder) => {
      pipe(folder, 'verdict.json')
      writeFileSync(join(folder, 'run.json'), JSON.stringify(aRecord({ okMs: [20] })))

      // Of a run that may have been compared nothing is guessed.
      const error = await readVerdictBeside(folder, aRecord({ okMs: [20] }), folder).catch(
        (caught: unknown) => caught,
      )
      assert.match(String(error), 'verdict.json')
      assert.is(await readRunFile(folder, 'verdict.json'), null)
      assert.is(await inlinePicture(pipe(folder, 'a.png'), 1_000), null)
    }))

  test('takes no summary of a job, which is said', () =>
    withScratch(async (folder) => {
      const notes: string[] = []
      const { record, verdict } = aGoodRun()
      const env = { GITHUB_STEP_SUMMARY: pipe(folder, 'summary') }
      const stderr = { isTerminal: false, hasColours: false, columns: 80, write: () => undefined }

      await tellGithub({ record, verdict }, { env, stderr }, (text) => notes.push(text))

      assert.match(notes.join(), 'the summary of the job cannot be written')
    }))
})

describe('A folder', (test) => {
  test('is made with all above it, and is left alone where it is there', () =>
    withScratch(async (folder) => {
      const path = join(folder, 'a', 'b', 'c')
      await Promise.all([makeFolder(path), makeFolder(path)])
      await makeFolder(path)

      assert.ok(existsSync(path))
    }))

  test('that cannot be made is the error of the system, at once', async () => {
    const error = await makeFolder('/proc/x/y').catch((thrown: NodeJS.ErrnoException) => thrown)

    assert.match((error as NodeJS.ErrnoException).code ?? '', /ENOENT|EACCES|EPERM/)
  })

  test('is not there below a file', () =>
    withScratch(async (folder) => {
      writeFileSync(join(folder, 'a'), '')

      assert.not(await exists(join(folder, 'a', 'b')))
    }))

  test('is not made below a file', () =>
    withScratch(async (folder) => {
      writeFileSync(join(folder, 'a'), '')

      assert.match(await refusal(() => makeFolder(join(folder, 'a', 'b'))), 'ENOTDIR')
    }))
})
