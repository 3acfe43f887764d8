import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { cpuBetween, readTree, type TreeAccounts } from '../../harness/probes/process-tree.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

const accounts = (
  entries: Readonly<Record<string, readonly [own: number, waitedFor: number]>>,
): TreeAccounts =>
  new Map(Object.entries(entries).map(([key, [ownMs, waitedForMs]]) => [key, { ownMs, waitedForMs }]))

describe('CPU time of a process tree', (test) => {
  test('adds up what each process used, new ones from their start', () => {
    const earlier = accounts({ parent: [100, 0], child: [50, 0] })
    const latest = accounts({ parent: [110, 0], child: [70, 0], fresh: [5, 0] })

    assert.equal(cpuBetween(earlier, latest, 0), { cpuMs: 35, owedMs: 0 })
  })

  test('does not jump when a child ends and the parent is charged with its whole life', () => {
    const earlier = accounts({ parent: [100, 0], child: [5_000, 0] })
    const latest = accounts({ parent: [110, 5_020] })

    assert.equal(cpuBetween(earlier, latest, 0), { cpuMs: 30, owedMs: 0 })
  })

  test('counts a child that came and went between two readings', () => {
    assert.is(cpuBetween(accounts({ parent: [0, 0] }), accounts({ parent: [10, 400] }), 0).cpuMs, 410)
  })

  test('is not negative when nobody waited for a child', () => {
    const use = cpuBetween(accounts({ parent: [0, 0], child: [900, 0] }), accounts({ parent: [10, 0] }), 0)

    assert.is(use.cpuMs, 10)
  })

  test('settles in the next reading what was read in mid-ending', () => {
    const readings = [
      accounts({ parent: [0, 0], child: [900, 0] }),
      // The parent was read before it had waited, the child when it was gone.
      accounts({ parent: [10, 0] }),
      accounts({ parent: [20, 930] }),
    ]
    const first = cpuBetween(readings[0]!, readings[1]!, 0)
    const second = cpuBetween(readings[1]!, readings[2]!, first.owedMs)

    assert.equal([first.cpuMs, second.cpuMs, second.owedMs], [10, 40, 0])
  })

  test('adds up to everything that was ever used, whatever ends when', () => {
    const steps = fc.array(
      fc.record({
        act: fc.constantFrom('fork', 'burn', 'end', 'read'),
        who: fc.nat(),
        ms: fc.nat({ max: 500 }),
      }),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(steps, (acts) => {
        const parent = { ownMs: 0, waitedForMs: 0 }
        const children = new Map<string, { ownMs: number; waitedForMs: number }>()
        const reading = (): TreeAccounts =>
          new Map([
            ['parent', { ...parent }],
            ...[...children].map(([key, each]) => [key, { ...each }] as const),
          ])
        let usedMs = 0
        let countedMs = 0
        let before = reading()
        let owedMs = 0
        const read = () => {
          const now = reading()
          const use = cpuBetween(before, now, owedMs)
          countedMs += use.cpuMs
          owedMs = use.owedMs
          before = now
        }
        acts.forEach(({ act, who, ms }, i) => {
          const alive = [...children.keys()]
          const key = alive[who % Math.max(1, alive.length)]
          if (act === 'fork') children.set(`child ${i}`, { ownMs: 0, waitedForMs: 0 })
          if (act === 'read') read()
          if (key === undefined) return
          const child = children.get(key)!
          if (act === 'burn') {
            child.ownMs += ms
            usedMs += ms
          }
          if (act === 'end') {
            children.delete(key)
            parent.waitedForMs += child.ownMs
          }
        })
        read()
        assert.is(countedMs, usedMs)
      }),
    )
  })
})

/** /proc with processes of [pid, parent, start, kB]. */
function madeUp(root: string, processes: readonly (readonly [number, number, number, number])[]): void {
  rmSync(join(root, 'proc'), { recursive: true, force: true })
  for (const [pid, parent, start, kib] of processes) {
    mkdirSync(join(root, 'proc', String(pid)), { recursive: true })
    const between = '0 '.repeat(9)
    writeFileSync(
      join(root, 'proc', String(pid), 'stat'),
      `${pid} (a ) (name) S ${parent} ${between}7 3 2 1 20 0 1 0 ${start} 0 0`,
    )
    writeFileSync(join(root, 'proc', String(pid), 'status'), `Name:\ta\nVmRSS:\t  ${kib} kB\n`)
  }
}

describe('A process tree', (test) => {
  test('is the process and its descendants, with their memory and CPU time', () =>
    withScratch(async (root) => {
      madeUp(root, [
        [1, 0, 1, 1_000],
        [20, 1, 50, 100],
        [21, 20, 60, 10],
        [5, 21, 70, 1],
        [30, 1, 80, 1_000],
      ])
      const tree = readTree(20, root)

      assert.equal([...(tree?.accounts.keys() ?? [])].sort(), ['20 50', '21 60', '5 70'])
      assert.is(tree?.rssBytes, 111 * 1024)
      assert.equal([tree?.root.ownMs, tree?.root.waitedForMs], [100, 30])
    }))

  test('is nothing when its first process is gone', () =>
    withScratch(async (root) => {
      madeUp(root, [[1, 0, 1, 1]])

      assert.is(readTree(20, root), null)
      assert.is(readTree(20, join(root, 'no-proc-at-all')), null)
    }))

  test('ends also where a file claims that a process is its own ancestor', () =>
    withScratch(async (root) => {
      madeUp(root, [
        [20, 21, 50, 1],
        [21, 20, 60, 1],
      ])

      assert.is(readTree(20, root)?.accounts.size, 2)
    }))
})
