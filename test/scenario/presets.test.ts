import * as assert from 'uvu/assert'
import { withPreset } from '../../harness/scenario/presets.ts'
import { describe } from '../kit/suite.ts'

const channel = (url: string) => ({ plugin: 'webhook', config: { url } })
const PRESET = {
  allowHosts: ['shop.example'],
  emergency: { limits: ['error_ratio <= 5%'] },
  alerts: {
    channels: { oncall: channel('a'), team: channel('b') },
    routes: [{ severity: 'major' as const, channels: ['oncall'] }],
  },
}

describe('The preset of an environment', (test) => {
  test('gives hosts, limits, channels and routes to a scenario that states none, and makes the environment known', () => {
    assert.equal(withPreset({ name: 'shop' }, 'production', PRESET), {
      name: 'shop',
      emergency: PRESET.emergency,
      allowHosts: PRESET.allowHosts,
      alerts: { ...PRESET.alerts },
      environments: { production: {} },
    })
  })

  test('adds to what a scenario states, which cannot loosen its limits', () => {
    const scenario = {
      allowHosts: ['shop.example', 'cdn.example'],
      emergency: { limits: ['error_ratio <= 50%'] },
      alerts: { channels: { team: channel('own') } },
      environments: { production: { seed: 1 } },
    }
    const merged = withPreset(scenario, 'production', PRESET) as typeof scenario & typeof PRESET
    assert.equal(merged.allowHosts, ['shop.example', 'cdn.example'])
    assert.equal(merged.emergency.limits, ['error_ratio <= 50%', 'error_ratio <= 5%'])
    assert.equal(merged.alerts.channels, { oncall: channel('a'), team: channel('own') })
    assert.equal(merged.alerts.routes, PRESET.alerts.routes)
    assert.equal(merged.environments, { production: { seed: 1 } })
  })

  test('leaves alone what it does not speak of, and what is no scenario', () => {
    const scenario = { emergency: { limits: ['x'] }, alerts: 'wrong' }
    assert.equal(withPreset(scenario, 'staging', {}), { ...scenario, environments: { staging: {} } })
    assert.is(withPreset('no document', 'staging', PRESET), 'no document')
  })
})
