import type { ServerResponse } from 'node:http'
import * as assert from 'uvu/assert'
import { watchResources } from '../../../harness/app/run/resources.ts'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { BUSY, end, IDLE, withProcess } from '../../kit/children.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'
import { turnsOfTheLoop, until } from '../../kit/until.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const clock = createSystemClock()
const quiet = { note: () => undefined }

describe('watchResources', (test) => {
  test('adds up the processes of the targets, with the ratio of whichever limit is nearest', () =>
    withProcess(BUSY, (_, busy) =>
      withProcess(IDLE, async (__, idle) => {
        const both = watchResources({ pids: [busy, idle], probes: {}, ...quiet }, clock)
        const one = watchResources({ pids: [idle], probes: {}, ...quiet }, clock)
        // Samples are taken once a second, each watch its own: the busy one has to have had its turn on a core, and both to be there whole.
        const two = await until(() => {
          const [all, alone] = [both.take().target, one.take().target]
          if (all === null || alone === null) return null
          const isSum = all.cpuCores > alone.cpuCores && all.rssBytes > 1.5 * alone.rssBytes
          return isSum && all.memoryRatio! > alone.memoryRatio! ? all : null
        })
        const { probes } = both.take()
        for (const resources of [both, one]) resources.stop()

        assert.ok(two.cpuRatio! > 0)
        assert.equal(probes, {})
      }),
    ))

  test('knows nothing of a target without a process, or whose process is gone', () =>
    withProcess(IDLE, async (child, pid) => {
      const resources = watchResources({ pids: [pid], probes: {}, ...quiet }, clock)
      await until(() => resources.take().target)
      await end(child)
      await until(() => resources.take().target === null)
      resources.stop()
      const none = watchResources({ pids: [], probes: {}, ...quiet }, clock)

      assert.is(none.take().target, null)
      assert.ok(none.take().generator.rssBytes > 1e6 && none.totals().maxRssBytes > 1e6)
      none.stop()
    }))

  test('samples probes by name, and says whose trouble it is', async () => {
    const server = await startHttpServer((_, response) => response.end('gc_pause 12\n'))
    const notes: string[] = []
    const scrape = (metric: string) => ({
      plugin: 'prometheus',
      config: { url: server.url, metric, labels: {}, headers: {} },
    })
    const probes = { gc: scrape('gc_pause'), typo: scrape('gc_paus') }
    const resources = watchResources({ pids: [], probes, note: (message) => notes.push(message) }, clock)
    const gc = await until(() => resources.take().probes['gc'])
    await until(() => notes[0])
    resources.stop()
    await server.close()

    assert.is(gc.value, 12)
    assert.is(resources.take().probes['typo'], null)
    assert.equal(notes, [`probe typo: ${server.url}: the page has no gc_paus`])
  })

  test('asks a slow probe again only when it has answered, and forgets what is too old', async () => {
    const held: ServerResponse[] = []
    const server = await startHttpServer((_, response) => held.push(response))
    const virtual = new VirtualClock()
    const config = { url: server.url, metric: 'm', labels: {}, headers: {} }
    const probes = { slow: { plugin: 'prometheus', config } }
    const resources = watchResources({ pids: [], probes, ...quiet }, virtual)
    const value = () => resources.take().probes['slow']?.value ?? null
    await until(() => held[0])
    await virtual.advance(10_000)
    await turnsOfTheLoop()
    assert.is(held.length, 1)
    assert.is(value(), null)

    held[0]!.end('m 5\n')
    assert.is(await until(value), 5)
    await turnsOfTheLoop()
    assert.is(held.length, 1, 'nothing had piled up')
    await virtual.advance(1_000)
    await until(() => held[1])
    await virtual.advance(2_000)
    assert.is(value(), 5)
    await virtual.advance(1_000)
    assert.is(value(), null)
    assert.is(held.length, 2)
    resources.stop()
    assert.is(virtual.pendingCount, 0)
    await server.close()
  })
})
