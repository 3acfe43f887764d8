import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import type { ResourceProbe } from '../../harness/ports/resource-probe.ts'
import { type ProcessSample, processPlugin, watchProcess } from '../../harness/probes/process.ts'
import { BUSY, end, IDLE, pause, withProcess } from '../kit/children.ts'
import { freePort } from '../kit/free-port.ts'
import { describe } from '../kit/suite.ts'
import { until } from '../kit/until.ts'

const clock = createSystemClock()

/** Samples until one shows the process at work: on a busy machine it waits for its turn. */
function busySample(watch: ReturnType<typeof watchProcess>): Promise<ProcessSample> {
  return until(async () => {
    const sample = await watch.sample()
    return sample !== null && sample.cpuCores > 0.2 ? sample : null
  }, 300)
}

async function sampleAfter(watch: { sample(): Promise<ProcessSample | null> }, ms: number) {
  await pause(ms)
  const sample = await watch.sample()
  assert.ok(sample, 'the process is alive')
  return sample!
}

describe('watchProcess', (test) => {
  test('sees a busy process use a core, an idle one almost none', () =>
    withProcess(BUSY, (_, busyPid) =>
      withProcess(IDLE, async (__, idlePid) => {
        const idleWatch = watchProcess(idlePid, clock)
        const busy = await busySample(watchProcess(busyPid, clock))
        const idle = await idleWatch.sample()
        assert.ok(busy.cpuCores < 1.5, `busy: ${busy.cpuCores} cores`)
        assert.ok(idle!.cpuCores < 0.15, `idle: ${idle!.cpuCores} cores`)
        assert.ok(busy.cpuRatio > idle!.cpuRatio && busy.cpuRatio <= busy.cpuCores)
      }),
    ))

  test('measures each sample from the one before, and two watches each from their own', () =>
    withProcess(BUSY, async (_, pid) => {
      const [one, other] = [watchProcess(pid, clock), watchProcess(pid, clock)]
      await busySample(one)
      const [last, whole] = [await busySample(one), await busySample(other)]
      for (const { cpuCores } of [last, whole]) assert.ok(cpuCores < 1.5, `${cpuCores} cores`)
    }))

  test('takes its time for a sample asked for at once, rather than dividing by almost nothing', () =>
    withProcess(BUSY, async (_, pid) => {
      const watch = watchProcess(pid, clock)
      const samples = [await watch.sample(), await watch.sample(), await watch.sample()]
      for (const sample of samples)
        assert.ok(sample !== null && sample.cpuCores < 1.5, `${sample?.cpuCores} cores`)
    }))

  test('knows the resident memory, and its share of what there is', () =>
    withProcess(IDLE, async (_, pid) => {
      const { rssBytes, memoryRatio } = await sampleAfter(watchProcess(pid, clock), 0)
      assert.ok(rssBytes > 10e6 && rssBytes < 500e6, `${rssBytes} bytes`)
      assert.ok(memoryRatio > 0 && memoryRatio < 1, `${memoryRatio}`)
    }))

  test('gives no sample of a process that is gone or never was', () =>
    withProcess(IDLE, async (child, pid) => {
      const watch = watchProcess(pid, clock)
      await watch.sample()
      await end(child)

      assert.is(await watch.sample(), null)
      assert.is(await watch.sample(), null)
      assert.is(await watchProcess(pid, clock).sample(), null)
    }))

  test('gives no sample after it was stopped', async () => {
    const watch = watchProcess(process.pid, clock)
    watch.stop()
    assert.is(await watch.sample(), null)
  })
})

/** A probe as a run makes it, with what it said. */
function probeOf(config: Record<string, unknown>): { probe: ResourceProbe; notes: string[] } {
  const notes: string[] = []
  const parsed = processPlugin.configSchema.parse(config)
  return { probe: processPlugin.create(parsed, { clock, note: (message) => notes.push(message) }), notes }
}

/** Grows by 40 MB when it reads a line. */
const GROWING = `
  const kept = []
  process.stdin.on('data', () => { kept.push(Buffer.alloc(40e6, 1)); process.stdout.write('grown') })
  process.stdout.write('up')`

/** Has a busy child; ends it when it reads a line, and says when it is gone. */
const WITH_CHILD = `
  const child = require('node:child_process').spawn(process.execPath, ['--eval', ${JSON.stringify(BUSY)}], { stdio: ['ignore', 'pipe', 'ignore'] })
  child.stdout.once('data', () => process.stdout.write(String(child.pid)))
  child.once('exit', () => process.stdout.write('gone'))
  process.stdin.on('data', () => child.kill('SIGKILL'))`

/** Listens on a port until it is killed. */
async function listener(port: number) {
  const code = `require('node:net').createServer().listen(${port}, '127.0.0.1', () => process.stdout.write('up'))`
  const child = spawn(process.execPath, ['--eval', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

describe('The process probe', (test) => {
  test('is configured by a process id or a port, never both or neither', () => {
    const fits = (config: unknown) => processPlugin.configSchema.safeParse(config).success

    assert.ok(fits({ pid: 1 }) && fits({ port: 80, tree: true }))
    for (const wrong of [{}, { pid: 1, port: 80 }, { port: 70_000 }, { pid: -1 }, { pid: 1, trees: true }])
      assert.not(fits(wrong), JSON.stringify(wrong))
    assert.equal(processPlugin.hostsOf({ pid: 1 }), [])
  })

  test('sees a process grow', () =>
    withProcess(GROWING, async (child, pid) => {
      const { probe } = probeOf({ pid })
      const before = await probe.sample()
      child.stdin?.write('\n')
      await once(child.stdout!, 'data')
      const after = await probe.sample()

      assert.ok(after!.rssBytes! - before!.rssBytes! > 30e6, `${before!.rssBytes} -> ${after!.rssBytes}`)
      probe.stop()
    }))

  test('adds up a tree, and stays sober when its child ends', () =>
    withProcess(WITH_CHILD, async (child, pid) => {
      const [tree, alone] = [probeOf({ pid, tree: true }).probe, probeOf({ pid }).probe]
      const [whole, parent] = await until(async () => {
        const [all, one] = [await tree.sample(), await alone.sample()]
        return all!.cpuCores! > 0 && all!.cpuCores! > one!.cpuCores! ? [all, one] : null
      }, 100)
      assert.ok(whole!.rssBytes! > 1.3 * parent!.rssBytes!, `${whole!.rssBytes} > ${parent!.rssBytes}`)

      child.stdin?.write('\n')
      await once(child.stdout!, 'data')
      const ending = await tree.sample()
      assert.ok(
        ending!.cpuCores! >= 0 && ending!.cpuCores! <= availableParallelism(),
        `${ending!.cpuCores} cores as the child ends`,
      )
      const after = await until(async () => {
        const sample = await tree.sample()
        return sample!.cpuCores === 0 ? sample : null
      }, 100)
      assert.ok(after!.rssBytes! < whole!.rssBytes!)
      for (const probe of [tree, alone]) probe.stop()
    }))

  test('gives null for a tree whose first process is gone', () =>
    withProcess(IDLE, async (child, pid) => {
      const { probe } = probeOf({ pid, tree: true })
      assert.ok(await probe.sample())
      await end(child)

      assert.is(await probe.sample(), null)
      assert.is(await probe.sample(), null)
    }))

  test('follows a port to the process that listens there after a restart, and says once that nobody does', async () => {
    const port = await freePort()
    const { probe, notes } = probeOf({ port })
    assert.is(await probe.sample(), null)
    const first = await listener(port)
    assert.ok((await probe.sample())!.rssBytes! > 10e6)
    await end(first)
    assert.is(await probe.sample(), null)
    const second = await listener(port)
    const sample = await probe.sample()
    await end(second)

    assert.ok(sample!.rssBytes! > 10e6)
    assert.equal(notes, [`no visible process listens on port ${port} of this machine`])
    probe.stop()
    assert.is(await probe.sample(), null)
  })

  test('watches the tree of whoever listens on a port', async () => {
    const port = await freePort()
    const server = await listener(port)
    const { probe } = probeOf({ port, tree: true })
    const sample = await probe.sample()
    await end(server)

    assert.ok(sample!.rssBytes! > 10e6)
  })
})
