import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { HarnessError } from '../../harness/base/errors.ts'
import { createRunFolder } from '../../harness/store/run-folder.ts'
import { NO_RESOURCES } from '../kit/live-intervals.ts'
import { describe } from '../kit/suite.ts'

const ENTRY = { kind: 'interval', snapshots: [], phase: 'steady', used: NO_RESOURCES } as const

describe('The folder of a run', (test) => {
  test('takes text and bytes, in folders of their own, and leaves no part of a file behind', async () => {
    const out = mkdtempSync(join(tmpdir(), 'proofload-folder-'))
    const folder = await createRunFolder(out, 'checkout', 'run')

    const text = await folder.write('summary.md', 'fine\n')
    const bytes = await folder.write('charts/latency.png', new Uint8Array([137, 80]))

    folder.close()
    assert.is(readFileSync(text, 'utf8'), 'fine\n')
    assert.equal([...readFileSync(bytes)], [137, 80])
    assert.equal(readdirSync(join(out, 'checkout', 'run', 'charts')), ['latency.png'])
    rmSync(out, { recursive: true })
  })

  test('keeps a journal until the record is there', async () => {
    const out = mkdtempSync(join(tmpdir(), 'proofload-folder-'))
    const folder = await createRunFolder(out, 'checkout', 'run')
    const files = () => readdirSync(folder.path).sort()

    assert.equal(files(), [], 'nothing is journalled yet')
    folder.journal(ENTRY)
    await folder.write('verdict.json', '{}')
    assert.equal(files(), ['journal.ndjson', 'verdict.json'])
    await folder.write('run.json', '{}')
    assert.equal(files(), ['run.json', 'verdict.json'])

    folder.close()
    rmSync(out, { recursive: true })
  })

  test('keeps its journal when the record cannot be written', async () => {
    const out = mkdtempSync(join(tmpdir(), 'proofload-folder-'))
    const folder = await createRunFolder(out, 'checkout', 'run')
    folder.journal(ENTRY)
    mkdirSync(join(folder.path, 'run.json', 'in-the-way'), { recursive: true })

    const error = (await folder.write('run.json', '{}').catch((thrown) => thrown)) as HarnessError

    assert.is(error.code, 'REPORT_UNWRITABLE')
    assert.ok(readdirSync(folder.path).includes('journal.ndjson'))
    folder.close()
    rmSync(out, { recursive: true })
  })

  test('is removed with all that is in it', async () => {
    const out = mkdtempSync(join(tmpdir(), 'proofload-folder-'))
    const folder = await createRunFolder(out, 'checkout', 'run')
    folder.journal(ENTRY)

    await folder.remove()

    folder.close()
    assert.equal(readdirSync(join(out, 'checkout')), [])
    rmSync(out, { recursive: true })
  })

  test('that is no folder is an error that names it', async () => {
    const out = mkdtempSync(join(tmpdir(), 'proofload-folder-'))
    writeFileSync(join(out, 'checkout'), '')

    const error = (await createRunFolder(out, 'checkout', 'run').catch((thrown) => thrown)) as HarnessError

    assert.is(error.code, 'REPORT_UNWRITABLE')
    assert.match(error.message, join(out, 'checkout', 'run'))
    rmSync(out, { recursive: true })
  })
})
