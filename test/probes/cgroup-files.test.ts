import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import {
  cgroupAt,
  cgroupOf,
  limitsOf,
  limitsOfProcess,
  readCgroup,
} from '../../harness/probes/cgroup-files.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

const MIB = 1024 ** 2

/** A made-up root with these files below it. */
function withRoot(files: Readonly<Record<string, string>>, body: (root: string) => void): Promise<void> {
  return withScratch(async (root) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    body(root)
  })
}

const VERSION_2 = {
  'sys/fs/cgroup/cgroup.controllers': 'cpu memory\n',
  'sys/fs/cgroup/cpu.stat': 'usage_usec 99000000\nuser_usec 1\n',
  'sys/fs/cgroup/pod/cpu.max': '50000 100000\n',
  'sys/fs/cgroup/pod/memory.max': `${64 * MIB}\n`,
  'sys/fs/cgroup/pod/box/cpu.stat': 'usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\n',
  'sys/fs/cgroup/pod/box/cpu.max': 'max 100000\n',
  'sys/fs/cgroup/pod/box/memory.current': `${40 * MIB}\n`,
  'sys/fs/cgroup/pod/box/memory.stat': `anon 1\ninactive_file ${8 * MIB}\n`,
  'sys/fs/cgroup/pod/box/memory.max': `${128 * MIB}\n`,
  'sys/fs/cgroup/pod/box/memory.events': 'low 0\nhigh 0\nmax 9\noom 4\noom_kill 3\noom_group_kill 0\n',
  'proc/7/cgroup': '0::/pod/box\n',
}

const VERSION_1 = {
  'sys/fs/cgroup/cpuacct/box/cpuacct.usage': '2500000000\n',
  'sys/fs/cgroup/cpu/box/cpu.cfs_quota_us': '150000\n',
  'sys/fs/cgroup/cpu/box/cpu.cfs_period_us': '100000\n',
  'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
  'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
  'sys/fs/cgroup/memory/other/memory.usage_in_bytes': `${40 * MIB}\n`,
  'sys/fs/cgroup/memory/other/memory.stat': `inactive_file 1\ntotal_inactive_file ${8 * MIB}\n`,
  'sys/fs/cgroup/memory/other/memory.limit_in_bytes': `${64 * MIB}\n`,
  'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
  'sys/fs/cgroup/memory/other/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n',
  'proc/7/cgroup': '9:name=systemd:/\n4:memory:/other\n3:cpu,cpuacct:/box\n0::/\n',
}

const USE = { cpuUs: 2_500_000, memoryBytes: 32 * MIB, oomKills: 3 }
const MACHINE = { cpuCores: cpus().length, memoryBytes: totalmem() }

describe('Control groups of version 2', (test) => {
  test('tell CPU time, memory without idle file cache, and kills', () =>
    withRoot(VERSION_2, (root) => {
      assert.equal(readCgroup(cgroupAt('/pod/box', root)), USE)
      assert.equal(readCgroup(cgroupAt('/sys/fs/cgroup/pod/box', root)), USE)
      assert.equal(readCgroup(cgroupOf(7, root)!), USE)
    }))

  test('are bound by the tightest limit of all groups above them', () =>
    withRoot(VERSION_2, (root) => {
      assert.equal(limitsOf(cgroupAt('/pod/box', root)), { cpuCores: 0.5, memoryBytes: 64 * MIB })
      assert.equal(limitsOfProcess(7, root), { cpuCores: 0.5, memoryBytes: 64 * MIB })
      assert.equal(limitsOf(cgroupAt('/', root)), MACHINE)
    }))

  test('leave unknown what the system does not tell', () =>
    withRoot(VERSION_2, (root) => {
      assert.equal(readCgroup(cgroupAt('/', root)), { cpuUs: 99_000_000, memoryBytes: null, oomKills: null })
      assert.is(readCgroup(cgroupAt('/gone', root)), null)
    }))
})

describe('Control groups of version 1', (test) => {
  test('tell the same from a tree for each controller', () =>
    withRoot(VERSION_1, (root) => {
      assert.equal(readCgroup(cgroupOf(7, root)!), USE)
      assert.equal(limitsOfProcess(7, root), {
        cpuCores: Math.min(1.5, MACHINE.cpuCores),
        memoryBytes: 64 * MIB,
      })
    }))

  test('are found by their path in each tree', () =>
    withRoot(VERSION_1, (root) => {
      assert.equal(readCgroup(cgroupAt('/box', root)), {
        cpuUs: 2_500_000,
        memoryBytes: null,
        oomKills: null,
      })
    }))
})

describe('The control group of a process', (test) => {
  test('is nothing for a process that is gone', () =>
    withRoot(VERSION_2, (root) => {
      assert.is(cgroupOf(8, root), null)
      assert.equal(limitsOfProcess(8, root), MACHINE)
    }))

  test('is nothing where it lies outside of what can be seen', () =>
    withRoot({ ...VERSION_2, 'proc/7/cgroup': '0::/../elsewhere\n' }, (root) => {
      assert.is(cgroupOf(7, root), null)
    }))

  test('is the top of the tree in a container that is told paths of its host', () =>
    withRoot({ ...VERSION_2, 'proc/7/cgroup': '0::/kubepods/burstable/abc\n' }, (root) => {
      assert.is(readCgroup(cgroupOf(7, root)!)?.cpuUs, 99_000_000)
    }))

  test('does not stumble over files that hold nonsense', () =>
    withRoot(
      {
        ...VERSION_2,
        'sys/fs/cgroup/pod/box/cpu.stat': 'usage_usec many\n',
        'sys/fs/cgroup/pod/box/memory.current': '',
        'sys/fs/cgroup/pod/box/memory.events': '\0\0\0',
        'sys/fs/cgroup/pod/box/cpu.max': 'a b c\n',
        'sys/fs/cgroup/pod/cpu.max': '0 0\n',
        'sys/fs/cgroup/pod/memory.max': '-5e3\n',
      },
      (root) => {
        assert.is(readCgroup(cgroupAt('/pod/box', root)), null)
        assert.equal(limitsOf(cgroupAt('/pod/box', root)), {
          cpuCores: MACHINE.cpuCores,
          memoryBytes: 128 * MIB,
        })
      },
    ))

  test('of this very process is read from the real files', () => {
    const use = readCgroup(cgroupOf(process.pid, '')!)
    const limits = limitsOfProcess(process.pid, '')

    assert.ok(use!.cpuUs! > 0, `${use?.cpuUs} us`)
    assert.ok(use!.memoryBytes === null || use!.memoryBytes > MIB, `${use?.memoryBytes} bytes`)
    assert.ok(limits.cpuCores > 0 && limits.cpuCores <= MACHINE.cpuCores, `${limits.cpuCores} cores`)
    assert.ok(limits.memoryBytes > MIB && limits.memoryBytes <= MACHINE.memoryBytes)
  })
})
