import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { emptyBaseline } from '../../harness/analysis/comparison/baseline.ts'
import { HarnessError } from '../../harness/base/errors.ts'
import type { Baseline } from '../../harness/model/baseline.ts'
import {
  type BaselineAddress,
  fileOf,
  listBaselines,
  readBaseline,
  removeBaseline,
  updateBaseline,
} from '../../harness/store/baselines.ts'
import { aRecord } from '../kit/builders.ts'
import { bundledScript } from '../kit/bundled-script.ts'
import { describe } from '../kit/suite.ts'

const EMPTY = emptyBaseline('main', aRecord({ okMs: [1] }))
const named = (baseline: Baseline | null, name: string): Baseline => ({
  ...(baseline ?? EMPTY),
  environment: { ...EMPTY.environment, cpuModel: `${baseline?.environment.cpuModel ?? ''}${name}` },
})

async function inFolder(body: (address: BaselineAddress) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-baselines-'))
  try {
    await body({ folder, scenario: 'test', name: 'main' })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function refusal(body: Promise<unknown>): Promise<HarnessError> {
  try {
    await body
  } catch (error) {
    if (error instanceof HarnessError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('Baselines on disk', (test) => {
  test('come back as they were written, and leave no other file', () =>
    inFolder(async (address) => {
      assert.is(await readBaseline(address), null)
      await updateBaseline(address, () => EMPTY)
      assert.equal(await readBaseline(address), EMPTY)
      assert.equal(readdirSync(join(address.folder, 'test')), ['main.json'])
    }))

  test('are found, and can be removed', () =>
    inFolder(async (address) => {
      await updateBaseline({ ...address, name: 'release-2' }, () => EMPTY)
      await updateBaseline(address, () => EMPTY)
      writeFileSync(join(address.folder, 'README.md'), 'not a baseline')
      assert.equal(
        (await listBaselines(address.folder)).map(({ name }) => name),
        ['main', 'release-2'],
      )
      await removeBaseline(address)
      assert.not.ok(existsSync(fileOf(address)))
      assert.equal(await listBaselines(join(address.folder, 'nowhere')), [])
    }))

  test('that were edited, cut off or made by a newer version are refused with the reason', () =>
    inFolder(async (address) => {
      await updateBaseline(address, () => EMPTY)
      const file = fileOf(address)
      const text = readFileSync(file, 'utf8')
      const cases: readonly (readonly [string, RegExp])[] = [
        [text.replace('"cores": 2', '"cores": 4'), /checksum/],
        [text.slice(0, text.length / 2), /is not a baseline/],
        [text.replace('"schemaVersion": 1', '"schemaVersion": 2'), /newer version/],
        ...['', 'null', '1', '[]'].map((broken) => [broken, /is not a baseline/] as const),
      ]
      for (const [changed, said] of cases) {
        writeFileSync(file, changed)
        const error = await refusal(readBaseline(address))
        assert.is(error.code, 'BASELINE_INVALID')
        assert.match(error.message, said)
      }
    }))

  test('keep every change of two writers at once', () =>
    inFolder(async (address) => {
      const writers = 'abcdefgh'
        .split('')
        .map((name) => updateBaseline(address, (current) => named(current, name)))
      await Promise.all(writers)
      const { cpuModel } = (await readBaseline(address))?.environment ?? { cpuModel: '' }
      assert.is([...cpuModel].sort().join(''), 'abcdefgh')
    }))

  test('are whole after a writer was killed, and the next writer does not wait for it for ever', () =>
    inFolder(async (address) => {
      await updateBaseline(address, (current) => named(current, 'before'))
      const writer = fork(bundledScript('endless-writer'), [JSON.stringify(address)], { execArgv: [] })
      await once(writer, 'message')
      writer.kill('SIGKILL')
      await once(writer, 'exit')
      await updateBaseline(address, (current) => named(current, ' after'))
      assert.match((await readBaseline(address))?.environment.cpuModel ?? '', /^before(x*) after$/)
      assert.equal(
        readdirSync(join(address.folder, 'test')).filter((name) => name.endsWith('.lock')),
        [],
      )
    }))

  test('do not go where a name would lead them', () =>
    inFolder(async (address) => {
      const error = await refusal(readBaseline({ ...address, name: '../../etc/passwd' }))
      assert.is(error.code, 'USAGE')
    }))
})
