/** One agent whose first request may be held: whatever it sends after a stop would be a second one. */
export const oneAgent = (url: string, more = '', before = '') =>
  `import { constantAgents, defineScenario, http } from 'proofload'
${before}
export default defineScenario({
  name: 'signals', target: http({ url: '${url}' }), workload: constantAgents({ agents: 1, duration: '1s', think: '100ms' }),
  // However slow the machine, a request that is held too long does not decide.
  warmUp: '0s', drain: '1s', objectives: ['error_ratio <= 100%', 'downtime_ratio <= 100%'],
  journeys: { main: { steps: [http.get('/load')] } },
  ${more}
})`

/** Requests of its setup and teardown. */
export const SET_UP = `setup: async ({ target }) => { await target.get('/setup') },
  teardown: async ({ target }) => { await target.get('/teardown') },`
