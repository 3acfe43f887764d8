import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import { cgroupPlugin, createCgroupPlugin } from '../../harness/probes/cgroup.ts'
import { BUSY, withProcess } from '../kit/children.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'
import { until } from '../kit/until.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

const MIB = 1024 ** 2

/** A made-up group that can be changed, under a clock that stands still. */
function rig(root: string) {
  const clock = new VirtualClock()
  const notes: string[] = []
  const folder = join(root, 'sys/fs/cgroup/box')
  const write = (cpuUs: number, memoryMiB: number, oomKills: number) => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(root, 'sys/fs/cgroup/cgroup.controllers'), 'cpu memory\n')
    writeFileSync(join(folder, 'cpu.stat'), `usage_usec ${cpuUs}\n`)
    writeFileSync(join(folder, 'cpu.max'), '100000 100000\n')
    writeFileSync(join(folder, 'memory.current'), `${memoryMiB * MIB}\n`)
    writeFileSync(join(folder, 'memory.max'), `${100 * MIB}\n`)
    writeFileSync(join(folder, 'memory.events'), `oom_kill ${oomKills}\n`)
  }
  const start = () => {
    const plugin = createCgroupPlugin(root)
    return plugin.create(plugin.configSchema.parse({ path: '/box' }), {
      clock,
      note: (message) => notes.push(message),
    })
  }
  return { clock, notes, write, start, remove: () => rmSync(folder, { recursive: true }) }
}

describe('The cgroup probe', (test) => {
  test('gives CPU and memory, absolutely and of what the group may use, and kills since it began', () =>
    withScratch(async (root) => {
      const { clock, write, start } = rig(root)
      write(1_000_000, 25, 3)
      const probe = start()
      await clock.advance(1_000)
      write(1_500_000, 50, 5)

      assert.equal(await probe.sample(), {
        cpuCores: 0.5,
        rssBytes: 50 * MIB,
        cpuRatio: 0.5,
        memoryRatio: 0.5,
        value: 2,
      })
    }))

  test('gives null while the group is gone, says so once, and goes on when it is back', () =>
    withScratch(async (root) => {
      const { clock, notes, write, start, remove } = rig(root)
      write(1_000_000, 25, 1)
      const probe = start()
      await clock.advance(1_000)
      remove()
      assert.is(await probe.sample(), null)
      assert.is(await probe.sample(), null)
      write(0, 10, 0)
      assert.equal(await probe.sample(), {
        cpuCores: null,
        rssBytes: 10 * MIB,
        cpuRatio: null,
        memoryRatio: 0.1,
        value: 0,
      })
      await clock.advance(2_000)
      write(500_000, 10, 1)
      const back = await probe.sample()

      assert.equal([back?.cpuCores, back?.value], [0.25, 1])
      assert.equal(notes, ['the control group at /box cannot be read'])
    }))

  test('counts CPU of a group that was made anew from its beginning, never less than nothing', () =>
    withScratch(async (root) => {
      const { clock, write, start } = rig(root)
      write(9_000_000, 25, 4)
      const probe = start()
      await clock.advance(1_000)
      write(200_000, 25, 0)
      const sample = await probe.sample()

      assert.equal([sample?.cpuCores, sample?.value], [0.2, 0])
    }))

  test('gives nothing after it was stopped', () =>
    withScratch(async (root) => {
      const { clock, write, start } = rig(root)
      write(0, 1, 0)
      const probe = start()
      await clock.advance(1_000)
      probe.stop()

      assert.is(await probe.sample(), null)
    }))

  test('is configured by a path or a process, never both or neither', () => {
    const fits = (config: unknown) => cgroupPlugin.configSchema.safeParse(config).success

    assert.ok(fits({ path: '/system.slice/shop.service' }) && fits({ pid: 7 }))
    for (const wrong of [{}, { path: '/a', pid: 7 }, { path: 'a' }, { pid: 0 }, { paths: '/a' }])
      assert.not(fits(wrong), JSON.stringify(wrong))
    assert.equal(cgroupPlugin.hostsOf({ pid: 7 }), [])
  })

  test('sees the group of a busy process at work on the real files', () =>
    withProcess(BUSY, async (_, pid) => {
      const probe = cgroupPlugin.create({ pid }, { clock: createSystemClock(), note: assert.unreachable })
      const sample = await until(async () => {
        const now = await probe.sample()
        return now !== null && now.cpuCores! > 0 ? now : null
      }, 100)

      assert.ok(sample!.cpuRatio! > 0)
    }))
})
