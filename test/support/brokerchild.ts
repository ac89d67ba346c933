import { openBrokerFile } from '../../gateway/broker/file.ts'
import { createLog } from '../../gateway/core/log.ts'
import { startBroker } from '../../gateway/out/broker.ts'

/** The broker alone, with its file: `node brokerchild.ts <folder> <password>`; says its port. The password opens any account. Ends when killed. */
const [folder = '', password = ''] = process.argv.slice(2)
const account = (name: string) => ({ name, publish: ['#'], subscribe: ['#'] })
const broker = await startBroker({
  ...{ host: '127.0.0.1', port: 0, log: createLog('error'), willsAfterMs: 100 },
  file: openBrokerFile(folder, aside => process.stderr.write(`broken: ${aside}\n`)),
  check: async (name, given) => (given === password ? account(name) : undefined),
  account,
})
process.stdout.write(`${broker.address.port}\n`)
