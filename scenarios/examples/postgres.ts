// Statements, a serializable transaction and a copy, in a table that the run makes and drops. Needs PostgreSQL on 127.0.0.1:5432.
//   npx proofload run scenarios/examples/postgres.ts
import { constantRate, defineScenario, feeder, postgres, type SqlClient } from 'proofload'

export default defineScenario({
  name: 'postgres-accounts',
  target: postgres({ url: 'postgres://postgres@127.0.0.1:5432/postgres' }),
  workload: constantRate({ rate: '100/s', duration: '20s' }),
  data: { account: feeder.generate({ id: { law: 'zipf', max: 1000 } }) },
  async setup({ target }: { target: SqlClient }) {
    await target.query(
      'create table if not exists proofload_accounts (id int primary key, balance int not null)',
    )
    await target.query(
      'insert into proofload_accounts select i, 0 from generate_series(1, 1000) i on conflict do nothing',
    )
  },
  async teardown({ target }: { target: SqlClient }) {
    await target.query('drop table if exists proofload_accounts')
  },
  journeys: {
    read: {
      weight: 9,
      steps: [
        postgres.query('select balance from proofload_accounts where id = $1', ['{{account.id}}'], {
          prepare: true,
          expect: { count: { min: 1 } },
        }),
      ],
    },
    deposit: {
      weight: 1,
      steps: [
        postgres.transaction(
          [
            {
              name: 'read',
              query: 'select balance from proofload_accounts where id = $1',
              values: ['{{account.id}}'],
            },
            {
              name: 'add',
              query: 'update proofload_accounts set balance = balance + 1 where id = $1',
              values: ['{{account.id}}'],
            },
          ],
          { step: 'deposit', isolation: 'serializable', retry: { attempts: 5, on: ['conflict'] } },
        ),
      ],
    },
  },
  objectives: ['p99(response_time) < 100ms', 'error_ratio <= 1%'],
})
