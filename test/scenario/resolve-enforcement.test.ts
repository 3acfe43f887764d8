import * as assert from 'uvu/assert'
import { consoleAlerts } from '../../harness/alerts/console.ts'
import { slack } from '../../harness/alerts/slack.ts'
import { HarnessError } from '../../harness/base/errors.ts'
import { processProbe } from '../../harness/probes/process.ts'
import { command } from '../../harness/rollback/command.ts'
import { resolveScenario } from '../../harness/scenario/resolve.ts'
import { secret } from '../../harness/scenario/secrets.ts'
import { aDocument } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const planOf = (parts: Record<string, unknown>) => resolveScenario(aDocument(parts), {}, 1)

/** Where problems are, and what they say. */
function problemsOf(parts: Record<string, unknown>): string[] {
  try {
    planOf(parts)
  } catch (error) {
    if (error instanceof HarnessError) return error.problems.map(({ path, message }) => `${path}: ${message}`)
    throw error
  }
  return []
}

const rollback = { procedures: { default: command(['true']), cache: command(['flush', '--all']) } }

describe('What happens on a breach', (test) => {
  test('tells an objective and a limit apart that read the same, and refuses them one name', () => {
    const { objectives, limits } = planOf({
      objectives: ['error_ratio <= 20%'],
      emergency: { limits: ['error_ratio <= 20%'] },
    })
    assert.equal([objectives[0]?.id, limits[0]?.id], ['error_ratio-le-20pct', 'error_ratio-le-20pct-2'])

    const named = { name: 'Errors', expect: 'error_ratio <= 20%' }
    assert.equal(problemsOf({ objectives: [named], emergency: { limits: [named] } }), [
      "emergency.limits[0].name: objectives[0] and emergency.limits[0] have the same name 'Errors'",
    ])
    assert.equal(problemsOf({ objectives: [named, 'availability > 1%', named] }), [
      "objectives[2].name: objectives[0] and objectives[2] have the same name 'Errors'",
    ])
  })

  test('is resolved with its defaults, secrets still names', () => {
    const plan = planOf({
      objectives: [
        { expect: 'error_ratio < 1%', rollback: true },
        {
          expect: 'p99(response_time) < 1s',
          rollback: 'cache',
          window: '5s',
          for: '2s',
          grace: '3s',
          abort: true,
        },
      ],
      alerts: {
        channels: { chat: slack({ url: secret('SLACK') }), here: consoleAlerts() },
        routes: [{ severity: 'critical', channels: ['chat'] }],
      },
      rollback: { ...rollback, validation: '20s' },
      emergency: { limits: ['error_ratio <= 20%'] },
      probes: { db: processProbe({ port: 5432 }) },
      tracing: true,
    })
    assert.equal(plan.alerts.routes, [{ severity: 'critical', channels: ['chat'] }])
    assert.is(plan.alerts.channels['chat']?.config['url'], '{{secret.SLACK}}')
    assert.equal(plan.secrets, ['SLACK'])
    const { procedures: _procedures, ...settings } = plan.rollback ?? { procedures: {} }
    assert.equal(settings, {
      armed: false,
      onRegression: 'default',
      minRequests: 100,
      validationMs: 20_000,
      stepTimeoutMs: 600_000,
    })
    assert.equal(
      plan.objectives
        .filter(({ builtIn }) => !builtIn)
        .map((objective) => [objective.rollback, objective.watch]),
      [
        ['default', { windowMs: null, forMs: 0, graceMs: 0, abort: false }],
        ['cache', { windowMs: 5_000, forMs: 2_000, graceMs: 3_000, abort: true }],
      ],
    )
    assert.equal(
      plan.limits.map(({ expect }) => expect),
      ['error_ratio <= 20%'],
    )
    assert.is(plan.probes['db']?.plugin, 'process')
    assert.is(plan.tracing, true)
  })

  test('on a regression is the default procedure or the only one, unless something else is said', () => {
    const of = (names: readonly string[], onRegression?: boolean | string) => {
      const procedures = Object.fromEntries(names.map((name) => [name, command(['true'])]))
      const said = onRegression === undefined ? {} : { onRegression }
      return planOf({ rollback: { procedures, ...said } }).rollback?.onRegression
    }
    assert.equal(
      [of(['cache']), of(['cache', 'default']), of(['cache', 'deploy']), of(['cache'], false)],
      ['cache', 'default', null, null],
    )
    assert.equal([of(['cache'], true), of(['cache', 'deploy'], 'deploy')], ['cache', 'deploy'])
    const several = { procedures: { cache: command(['x']), deploy: command(['y']) } }
    assert.equal(problemsOf({ rollback: { ...several, onRegression: 'deploi' } }), [
      "rollback.onRegression: there is no rollback procedure 'deploi'",
    ])
    assert.equal(problemsOf({ rollback: { ...several, onRegression: true } }), [
      "rollback.onRegression: there is no rollback procedure 'default'",
    ])
  })

  test('names what is wrong, all at once', () => {
    assert.equal(
      problemsOf({
        objectives: [{ expect: 'error_ratio < 1%', rollback: 'cach' }],
        alerts: {
          channels: { chat: { plugin: 'slak' }, pager: { plugin: 'pagerduty', config: {} } },
          routes: [{ severity: 'critical', channels: ['chats'] }],
        },
        rollback: {
          procedures: { default: { plugin: 'command', config: { argv: [] } }, cache: command(['x']) },
        },
        emergency: { limits: ['error_ratio <= 20parsecs'] },
        probes: { db: { plugin: 'proces', config: {} } },
      }).map((problem) => problem.split(': ')[0]),
      [
        'emergency.limits[0]',
        'rollback.procedures.default.config.argv',
        'objectives[0].rollback',
        'alerts.routes[0].channels[0]',
        'alerts.channels.chat.plugin',
        'alerts.channels.pager.config.routingKey',
        'probes.db.plugin',
      ],
    )
  })

  test('lets an objective ask for a rollback where the scenario has none', () => {
    assert.equal(problemsOf({ objectives: [{ expect: 'error_ratio < 1%', rollback: true }] }), [])
  })

  test('does not watch what is known only when a phase is over', () => {
    const [objective] = planOf({ objectives: ['recovery_time{phase=steady} < 5s'] }).objectives
    assert.is(objective?.watch, null)
    assert.match(
      problemsOf({ objectives: [{ expect: 'recovery_time{phase=steady} < 5s', abort: true }] }).join(),
      /known only when the phase is over/,
    )
  })

  test('takes no limit that nobody could watch', () => {
    const visuals = { homepage: { file: 'out.png' } }
    assert.equal(problemsOf({ visuals, emergency: { limits: ['error_ratio <= 20%', 'visual(homepage)'] } }), [
      'emergency.limits: visual(homepage) cannot be watched while load runs: it would halt nothing',
    ])
  })
})
