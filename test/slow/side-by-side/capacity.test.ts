import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type CapacityRecord, capacityRecordSchema } from '../../../harness/model/capacity.ts'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

/** Probes so short that a test can wait for them. */
const HELD = ['--from', '5/s', '--max', '5/s', '--probe', '1s', '--quiet', '--json']

async function inSearch(body: (place: Workplace) => Promise<void>): Promise<void> {
  const server = await startHttpServer((_request, response) => response.end('ok'))
  try {
    await inWorkplace(async (place) => {
      const scenario = {
        name: 'limited',
        target: { plugin: 'http', config: { url: server.url } },
        workload: { pattern: 'business-hours', agents: 5, day: '10s' },
        journeys: { ask: { steps: [{ request: { method: 'GET', path: '/' } }] } },
        // Few requests prove them.
        objectives: ['p50(response_time) < 30s', 'error_ratio <= 50%'],
      }
      place.write('limited.json', JSON.stringify(scenario))
      await body(place)
    })
  } finally {
    await server.close()
  }
}

async function search(place: Workplace, ...flags: readonly string[]) {
  const { status, stdout, stderr } = await place.run('capacity', 'limited.json', ...flags)
  if (!stdout.startsWith('{')) throw new Error(`no answer (exit ${status}):\n${stderr}`)
  return { status, record: capacityRecordSchema.parse(JSON.parse(stdout)) as CapacityRecord }
}

/** A rate is confirmed, and the exit status 0, or neither. */
function requireConsistent({ probes, answer }: CapacityRecord, status: number | null): void {
  assert.is(probes[0]?.purpose, 'range')
  assert.is(status, answer?.exitCode)
  assert.is(status === 0, answer?.safe !== null && answer?.ending === 'max-held', answer?.message)
  assert.is(
    probes.some(({ purpose }) => purpose === 'search'),
    false,
  )
}

describe('proofload capacity', (test) => {
  // A machine without a core to spare makes probes void, which are repeated, and may end the search: that is an answer, too.
  test('probes by runs of their own, tells the answer in every form, and goes on where it was killed', () =>
    inSearch(async (place) => {
      const { status, record } = await search(place, ...HELD, '--report', 'html,markdown,junit')
      const folder = join('reports', 'limited', record.capacityId)
      requireConsistent(record, status)
      for (const file of ['capacity.html', 'summary.md', 'junit.xml'])
        assert.ok(place.read(join(folder, file)).length > 0)
      for (const { runId } of record.probes)
        assert.is(JSON.parse(place.read(join(folder, 'runs', runId ?? '', 'run.json'))).runId, runId)

      const listed = JSON.parse((await place.run('history', 'list', '--kind', 'capacity', '--json')).stdout)
      assert.equal(
        listed.map(({ id, valid }: { id: string; valid: boolean }) => [id, valid]),
        [[record.capacityId, record.answer?.safe !== null]],
      )
      const shown = await place.run('history', 'show', record.capacityId)
      assert.match(shown.stdout, record.answer?.safe === null ? 'not' : 'Holds at least 5')

      const kept = record.probes.slice(0, -1)
      place.write(join(folder, 'capacity.json'), JSON.stringify({ ...record, probes: kept, answer: null }))
      const again = await search(place, '--resume', folder, '--quiet', '--json')
      requireConsistent(again.record, again.status)
      assert.equal(again.record.probes.slice(0, kept.length), kept)
      assert.ok(again.record.probes.length > kept.length)
    }))

  test('refuses what does not fit, before any load', () =>
    inSearch(async (place) => {
      const refused = async (...flags: readonly string[]) =>
        (await place.run('capacity', 'limited.json', ...flags)).status
      assert.is(await refused('--growth', '5%/month'), 2)
      assert.is(await refused('--from', '50/s', '--max', '10/s'), 2)
      assert.is(await refused('--resume', 'reports/none', '--from', '50/s'), 2)
      assert.is(await refused('--resume', 'reports/none'), 2)
      assert.is(await refused('--target', 'http://192.0.2.1:80', '--allow-host', '192.0.2.1'), 4)
    }))
})
