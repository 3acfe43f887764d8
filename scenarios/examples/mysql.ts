// Statements and a transaction that need no table. Needs MySQL or MariaDB on 127.0.0.1:3306.
//   npx proofload run scenarios/examples/mysql.ts
import { constantRate, defineScenario, feeder, mysql } from 'proofload'

export default defineScenario({
  name: 'mysql-statements',
  target: mysql({ url: 'mysql://root@127.0.0.1:3306/mysql' }),
  workload: constantRate({ rate: '50/s', duration: '20s' }),
  data: { number: feeder.generate({ n: { law: 'gaussian', max: 1000 } }) },
  journeys: {
    statements: {
      steps: [
        mysql.query('select ? + 1 as next', ['{{number.n}}'], {
          prepare: true,
          expect: { count: { min: 1 } },
        }),
        mysql.transaction(
          [
            { name: 'one', query: 'select 1' },
            { name: 'two', query: 'select 2' },
          ],
          { step: 'both' },
        ),
      ],
    },
  },
  objectives: ['p99(response_time) < 100ms', 'error_ratio <= 0.1%'],
})
