import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import { type ProcessSample, watchProcess } from '../../harness/probes/process.ts'
import { describe } from '../kit/suite.ts'

const clock = createSystemClock()

const BUSY = 'process.stdout.write("up"); for (;;);'
const IDLE = 'process.stdout.write("up"); setInterval(() => {}, 1000)'

async function withProcess(code: string, body: (child: ChildProcess, pid: number) => Promise<void>) {
  const child = spawn(process.execPath, ['--eval', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await once(child.stdout, 'data')
    await body(child, child.pid!)
  } finally {
    child.kill('SIGKILL')
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function sampleAfter(watch: { sample(): Promise<ProcessSample | null> }, ms: number) {
  await pause(ms)
  const sample = await watch.sample()
  assert.ok(sample, 'the process is alive')
  return sample!
}

describe('watchProcess', (test) => {
  test('sees a busy process use most of a core from its first sample on, an idle one almost none', () =>
    withProcess(BUSY, (_, busyPid) =>
      withProcess(IDLE, async (__, idlePid) => {
        const [busy, idle] = await Promise.all(
          [busyPid, idlePid].map((pid) => sampleAfter(watchProcess(pid, clock), 600)),
        )
        assert.ok(busy!.cpuCores > 0.2 && busy!.cpuCores < 1.2, `busy: ${busy!.cpuCores} cores`)
        assert.ok(idle!.cpuCores < 0.15, `idle: ${idle!.cpuCores} cores`)
      }),
    ))

  test('measures each sample from the one before, and two watches each from their own', () =>
    withProcess(BUSY, async (_, pid) => {
      const [one, other] = [watchProcess(pid, clock), watchProcess(pid, clock)]
      await sampleAfter(one, 300)
      await sampleAfter(one, 300)
      const [last, whole] = await Promise.all([sampleAfter(one, 300), sampleAfter(other, 300)])
      for (const { cpuCores } of [last, whole])
        assert.ok(cpuCores > 0.2 && cpuCores < 1.2, `${cpuCores} cores`)
    }))

  test('takes its time for a sample asked for at once, rather than dividing by almost nothing', () =>
    withProcess(BUSY, async (_, pid) => {
      const watch = watchProcess(pid, clock)
      const samples = [await watch.sample(), await watch.sample(), await watch.sample()]
      for (const sample of samples)
        assert.ok(sample !== null && sample.cpuCores < 1.5, `${sample?.cpuCores} cores`)
    }))

  test('knows the resident memory', () =>
    withProcess(IDLE, async (_, pid) => {
      const { rssBytes } = await sampleAfter(watchProcess(pid, clock), 0)
      assert.ok(rssBytes > 10e6 && rssBytes < 500e6, `${rssBytes} bytes`)
    }))

  test('gives no sample of a process that is gone or never was', () =>
    withProcess(IDLE, async (child, pid) => {
      const watch = watchProcess(pid, clock)
      await watch.sample()
      child.kill('SIGKILL')
      await once(child, 'exit')

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
