// The components of a governed command, one after the other in one journey: policy engine, language model, expert, file system and
// event store, each with objectives of its own. The services of this machine are asked where they run; the sandbox takes the place of
// those that are away, which every report says, and which is never a GO.
//   npx proofload run scenarios/integration.ts
//   npx proofload run scenarios/integration.ts --set targets.events.config.url=postgres://me@127.0.0.1:5432/events
//   npx proofload run scenarios/integration.ts --no-mocks        requires all of them
import { constantRate, defineScenario, fs, http, llm, postgres, sandbox } from 'proofload'

const FILE = 'proofload-integration.dat'

export default defineScenario({
  name: 'integration',
  // The policy engine, as OPA answers; --target moves it.
  target: http({ url: 'http://127.0.0.1:8181' }),
  targets: {
    model: llm({ url: 'http://127.0.0.1:8000/v1', model: 'default' }),
    expert: http({ url: 'http://127.0.0.1:8090' }),
    files: fs({ root: '/tmp', lanes: 2 }),
    events: postgres({ url: 'postgres://postgres@127.0.0.1:5432/postgres' }),
  },
  mocks: {
    main: { ...sandbox(), steps: { policy: http.post('/components/policy') } },
    model: { ...sandbox(), steps: { model: http.post('/components/llm') } },
    expert: { ...sandbox(), steps: { expert: http.post('/components/expert') } },
    events: { ...sandbox(), steps: { append: http.post('/components/event-store') } },
  },
  workload: constantRate({ rate: '20/s', duration: '30s' }),
  warmUp: '3s',

  async setup({ targets, mocked }) {
    await targets.files.run({ write: { path: FILE, bytes: '4KiB' } })
    if (mocked.includes('events')) return
    await targets.events.query(
      'create table if not exists proofload_events (id bigserial primary key, body jsonb not null)',
    )
  },
  async teardown({ targets, mocked }) {
    await targets.files.run({ unlink: { path: FILE } })
    if (!mocked.includes('events')) await targets.events.query('drop table if exists proofload_events')
  },

  journeys: {
    command: {
      steps: [
        http.post('/v1/data/governance/allow', {
          step: 'policy',
          component: 'policy',
          json: { input: { action: 'deploy', agent: 'agent-7' } },
        }),
        llm.chat(
          { prompt: 'May agent-7 deploy build 42 now?', maxTokens: 16, temperature: 0 },
          { target: 'model', step: 'model', component: 'llm' },
        ),
        http.post('/decisions', {
          target: 'expert',
          step: 'expert',
          component: 'expert',
          json: { build: 42 },
        }),
        fs.read(FILE, { bytes: '4KiB' }, { target: 'files', step: 'read', component: 'filesystem' }),
        postgres.query(
          'insert into proofload_events (body) values ($1)',
          ['{"action":"deploy","agent":"agent-7"}'],
          { target: 'events', step: 'append', component: 'event-store', prepare: true },
        ),
      ],
    },
  },

  objectives: [
    'p99(component_time{component=policy}) < 40ms',
    'p99(component_time{component=llm}) < 150ms',
    'p99(component_time{component=expert}) < 100ms',
    'share(component_time{component=filesystem} <= 5ms) >= 99%',
    'p95(component_time{component=event-store}) < 10ms',
    { expect: 'error_ratio < 1%', severity: 'critical' },
  ],
})
