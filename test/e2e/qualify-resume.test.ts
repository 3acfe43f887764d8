import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { qualificationRecordSchema } from '../../harness/model/qualification.ts'
import { isAlive, processIdentity } from '../../harness/system/process-identity.ts'
import { inWorkplace } from '../kit/cli.ts'
import {
  ends,
  folderOf,
  node,
  outcomesOf,
  QUIET,
  qualified,
  writePlan,
  writes,
} from '../kit/qualify-command.ts'
import { describe } from '../kit/suite.ts'
import { until } from '../kit/until.ts'

describe('A qualification that goes on', (test) => {
  test('goes on after a kill: nothing is lost, nothing is done twice, and what was cut off waits for a word', () =>
    inWorkplace(async (place) => {
      const waiting = `const fs = require('node:fs'); fs.writeFileSync('pid', String(process.pid))
        const look = () => fs.existsSync('go') ? undefined : setTimeout(look, 20); look()`
      const plan = writePlan(place, {
        a: { command: writes('a-ran') },
        b: { command: node(waiting), needs: ['a'] },
        c: { command: writes('c-ran'), needs: ['b'] },
      })
      const killed = place.startProcess('qualify', plan, ...QUIET)
      await until(() => existsSync(join(place.path, 'pid')) && place.read('pid') !== '')
      killed.child.kill('SIGKILL')
      await killed.ended
      const folder = folderOf(place)
      const running = await place.run('qualify', plan, '--resume', folder, ...QUIET)
      assert.is(running.status, 2)
      assert.match(running.stderr, 'the command of b still runs')
      place.write('go', '')
      const child = processIdentity(Number(place.read('pid')))
      await until(() => !isAlive(child))
      const held = await qualified(place, plan, '--resume', folder)
      assert.is(held.status, 3)
      assert.equal(outcomesOf(held.record), { a: 'passed', b: 'skipped', c: 'skipped' })
      const done = await qualified(place, plan, '--resume', folder, '--retry', 'b')
      assert.is(done.status, 0)
      assert.equal([place.read('a-ran'), place.read('c-ran'), done.record.resumes], ['x', 'x', 2])
    }))

  test('runs again only what failed and what needs it, or what has changed', () =>
    inWorkplace(async (place) => {
      const isThere = node(`process.exit(require('node:fs').existsSync('fixed') ? 0 : 1)`)
      const activities = {
        a: { command: writes('a-ran') },
        b: { command: isThere, needs: ['a'] },
        c: { command: writes('c-ran'), needs: ['b'] },
      }
      const plan = writePlan(place, activities)
      assert.is((await qualified(place, plan)).status, 1)
      place.write('fixed', '')
      const folder = folderOf(place)
      const { status, record } = await qualified(place, plan, '--resume', folder, '--retry-failed')
      assert.is(status, 0)
      assert.equal(
        record.activities.map(({ attempt }) => attempt),
        [1, 2, 1],
      )
      writePlan(place, { ...activities, c: { command: writes('c-again'), needs: ['b'] } })
      const changed = await qualified(place, plan, '--resume', folder)
      assert.equal(
        changed.record.activities.map(({ attempt }) => attempt),
        [1, 2, 2],
      )
      assert.equal([place.read('a-ran'), place.read('c-again')], ['x', 'x'])
    }))

  test('takes an approval from elsewhere, and ends with 130 and a record when it is interrupted', () =>
    inWorkplace(async (place) => {
      const plan = writePlan(place, {
        release: { approval: 'Read?', role: 'handler' },
        a: { command: ends(0) },
      })
      const waiting = place.startProcess('qualify', plan, '--no-history', '--log', 'pretty')
      await waiting.sees('release waits')
      await waiting.sees('a: passed')
      waiting.signal('SIGINT')
      assert.is((await waiting.ended).status, 130)
      const folder = folderOf(place)
      const record = JSON.parse(readFileSync(join(place.path, folder, 'qualify.json'), 'utf8'))
      assert.equal(outcomesOf(qualificationRecordSchema.parse(record)), { release: 'cancelled', a: 'passed' })
      const approved = await place.run(
        'qualify',
        'approve',
        folder,
        'release',
        '--by',
        'jo',
        '--comment',
        'fine',
      )
      assert.is(approved.status, 0, approved.stderr)
      const done = await qualified(place, plan, '--resume', folder)
      assert.is(done.status, 0)
      assert.is(done.record.activities[0]?.decision?.comment, 'fine')
      assert.is(done.record.activities[1]?.attempt, 1)
    }))
})
