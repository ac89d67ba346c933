import { z } from 'zod'
import { iso } from '../core/clock.ts'
import type { BrokerAccount } from '../records/brokeraccounts.ts'
import { hashPassword, newPassword } from '../records/secrets.ts'
import { brokerAccount, brokerAccountMade, newBrokerAccount, page } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'

const view = (a: BrokerAccount) => ({
  name: a.name,
  publish: [...a.publish],
  subscribe: [...a.subscribe],
  createdAt: iso(a.createdAt),
  revoked: a.revoked,
})

export function brokerAccountRoutes(app: App, deps: Deps) {
  const tags = ['broker accounts']
  const config = { access: 'broker-account.manage' as const }
  app.get(
    '/api/v1/broker-accounts',
    {
      config,
      schema: { tags, summary: 'All accounts of the embedded MQTT broker', response: { 200: page(brokerAccount) } },
    },
    async () => ({ items: deps.brokerAccounts.list().map(view), next: null }),
  )
  app.post(
    '/api/v1/broker-accounts',
    {
      config,
      schema: {
        tags,
        summary: 'A machine that may use the broker. Without a password one is made; it is shown once.',
        body: newBrokerAccount,
        response: { 201: brokerAccountMade },
      },
    },
    async (request, reply) => {
      const made = request.body.password === undefined ? newPassword() : null
      const hash = await hashPassword(request.body.password ?? made!)
      let fresh = false
      const account = createOnce(deps, request, (note, now) => {
        fresh = true
        return view(deps.brokerAccounts.create(note, request.body, hash, now))
      })
      return reply.code(201).send({ ...account, password: fresh ? made : null })
    },
  )
  app.post(
    '/api/v1/broker-accounts/:name/revoke',
    {
      config,
      schema: {
        tags,
        summary: 'Shuts an account out at once',
        params: z.object({ name: z.string() }),
        response: { 200: brokerAccount },
      },
    },
    async request => {
      const { name } = request.params
      const account = deps.trail.change(who(request).actor, note => deps.brokerAccounts.revoke(note, name))
      deps.dropBrokerAccount(account.name)
      return view(account)
    },
  )
}
