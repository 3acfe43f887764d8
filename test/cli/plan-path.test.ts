import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { inWorkplace } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'

const page = readFileSync(new URL('../../docs/plan-path.md', import.meta.url), 'utf8')
const blocksOf = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block)
const [ACTIVITIES = ''] = blocksOf('yaml')

describe('proofload plan-path', (test) => {
  test('prints what its page shows', () =>
    inWorkplace(async (place) => {
      place.write('activities.yaml', ACTIVITIES)
      const [commands, shown] = [blocksOf('sh'), blocksOf('text')]
      assert.is(commands.length, 2)
      for (const [i, command] of commands.entries()) {
        const { stdout, stderr } = await place.run(...command.trim().split(' ').slice(2))
        assert.is(stderr, '')
        assert.ok(stdout.endsWith(shown[i] ?? 'no text'), stdout)
      }
    }))

  test('ends with 0 for a valid plan and sequence, with 1 for an invalid sequence', () =>
    inWorkplace(async (place) => {
      const file = place.write(
        'plan.json',
        '{ "activities": { "a": { "duration": "1s" }, "b": { "duration": "2s", "needs": ["a"] } } }',
      )
      const ends = async (...args: string[]) => {
        const { status, stdout } = await place.run('plan-path', file, ...args)
        return [status, stdout.trimEnd().split('\n').at(-1)]
      }

      assert.equal(await ends(), [0, 'critical path 3s: a 1s, b 2s'])
      assert.equal(await ends('--sequence', 'a,b'), [0, 'sequence: valid'])
      assert.equal(await ends('--sequence', 'b, a'), [
        1,
        'sequence: invalid: b (place 1) is before a, which it needs (finish-to-start)',
      ])
      assert.equal(await ends('--sequence', 'a,a'), [1, 'sequence: invalid: a (place 2) stands there twice'])
      assert.equal(await ends('--sequence', 'a'), [1, 'sequence: invalid: b is left out'])
      assert.equal(await ends('--sequence', 'a,bb'), [
        1,
        "sequence: invalid: there is no activity 'bb' (place 2); did you mean 'b'?",
      ])
    }))

  test('prints one JSON document', () =>
    inWorkplace(async (place) => {
      const file = place.write(
        'plan.yaml',
        'activities: { a: { duration: 1s }, b: { duration: 3s } }\nbudget: 1m',
      )
      const { status, stdout } = await place.run('plan-path', file, '--json', '--sequence', 'b')

      assert.is(status, 1)
      const { activities, ...rest } = JSON.parse(stdout)
      assert.equal(rest, {
        name: null,
        durationMs: 3_000,
        criticalPath: ['b'],
        budgetMs: 60_000,
        dependencies: [],
        sequence: {
          given: ['b'],
          violation: { rule: 'missing', activity: 'a', place: null },
          message: 'a is left out',
        },
      })
      assert.equal(activities[0], {
        name: 'a',
        durationMs: 1_000,
        earliestStartMs: 0,
        earliestFinishMs: 1_000,
        latestStartMs: 2_000,
        latestFinishMs: 3_000,
        slackMs: 2_000,
      })
    }))

  test('ends with 2 and every problem, each with its line', () =>
    inWorkplace(async (place) => {
      const file = place.write(
        'plan.yaml',
        'activities:\n  a: { duration: 1s, needs: [bb] }\n  b: { duration: 1s, needs: [b] }\n',
      )
      const { status, stdout, stderr } = await place.run('plan-path', file)

      assert.is(status, 2)
      assert.is(stdout, '')
      assert.match(stderr, 'ACTIVITIES_INVALID: the activity plan has 2 problems')
      assert.match(
        stderr,
        /activities\.a\.needs\[0\] \(\S+plan\.yaml:2:\d+\): there is no activity 'bb'\n\s+did you mean 'b'\?/,
      )
      assert.match(stderr, /activities\.b \(\S+plan\.yaml:3:3\): waits for itself: b -> b/)
    }))

  test('ends with 2 for a file that is not there, naming the nearest, or is no YAML', () =>
    inWorkplace(async (place) => {
      place.write('plan.yaml', 'activities: [')
      const absent = await place.run('plan-path', 'plam.yaml')
      const broken = await place.run('plan-path', 'plan.yaml')

      assert.equal([absent.status, broken.status], [2, 2])
      assert.match(absent.stderr, /there is no activity plan file .*\n.*Did you mean \S+plan\.yaml\?/)
      assert.match(
        broken.stderr,
        /plan\.yaml is not a valid YAML or JSON activity plan\n.*plan\.yaml:1:\d+.*: /,
      )
    }))
})
