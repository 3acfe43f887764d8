// Operations of a GraphQL server, compared with its schema before any load. Needs a server at 127.0.0.1:4000.
//   npx proofload run scenarios/examples/graphql.ts
import { constantRate, defineScenario, feeder, graphql, http } from 'proofload'

export default defineScenario({
  name: 'graphql',
  target: http({ url: 'http://127.0.0.1:4000', graphqlSchema: './shop.graphql' }),
  workload: constantRate({ rate: '50/s', duration: '30s' }),
  data: { item: feeder.generate({ id: { law: 'zipf', max: 100 } }) },
  journeys: {
    buy: {
      steps: [
        graphql({
          query: 'query ItemById($id: ID!) { item(id: $id) { name priceCents } }',
          variables: { id: '{{item.id}}' },
        }),
        graphql({
          query: 'mutation PlaceOrder($id: ID!) { order(item: $id, amount: 1) { id } }',
          variables: { id: '{{item.id}}' },
        }),
      ],
    },
  },
  objectives: ['p99(response_time{step=ItemById}) < 100ms', 'error_ratio < 1%'],
})
