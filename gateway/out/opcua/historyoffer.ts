import {
  HistoryReadResult,
  HistoryUpdateResponse,
  HistoryUpdateResult,
  type OPCUAServer,
  StatusCodes,
  type UAObject,
} from 'node-opcua'
import { aggregates, INTERPOLATIVE } from './historyaggregates.ts'

/** What the server says that it can do with history, and how it refuses the rest [OPC 10000-11 5.4, OPC 10000-13 4.2]. */
export function offerHistory(server: OPCUAServer): void {
  server.engine.historyServerCapabilities.accessHistoryDataCapability = true
  const space = server.engine.addressSpace!
  const capabilities = space.rootFolder.objects.server.serverCapabilities as unknown as {
    aggregateFunctions?: UAObject
    historyServerCapabilities?: { aggregateFunctions?: UAObject }
  }
  const folders = [capabilities.aggregateFunctions, capabilities.historyServerCapabilities?.aggregateFunctions]
  for (const folder of folders)
    for (const number of [INTERPOLATIVE, ...aggregates.keys()]) {
      const offered = space.findNode(`i=${number}`)
      if (offered) folder?.addReference({ referenceType: 'Organizes', nodeId: offered })
    }

  // The stack throws at what has no history, and with it goes the answer to all other nodes.
  const { addressSpaceAccessor: accessor } = server.engine as unknown as {
    addressSpaceAccessor: { historyReadNode(context: unknown, node: { nodeId: string }, ...more: unknown[]): unknown }
  }
  const read = accessor.historyReadNode.bind(accessor)
  accessor.historyReadNode = async (context, node, ...more) => {
    const found = space.findNode(node.nodeId) as { historyRead?: unknown } | null
    return found && !found.historyRead
      ? new HistoryReadResult({ statusCode: StatusCodes.BadHistoryOperationUnsupported })
      : read(context, node, ...more)
  }
  // The journal says what was: nobody changes it.
  const service = server as unknown as {
    _on_HistoryUpdateRequest(
      message: { request: { historyUpdateDetails?: readonly unknown[] | null } },
      channel: { send_response(type: 'MSG', response: HistoryUpdateResponse, message: unknown): void },
    ): void
  }
  service._on_HistoryUpdateRequest = (message, channel) => {
    const asked = message.request.historyUpdateDetails ?? []
    const statusCode = StatusCodes.BadHistoryOperationUnsupported
    const results = asked.map(() => new HistoryUpdateResult({ statusCode }))
    const serviceResult = asked.length > 0 ? StatusCodes.Good : StatusCodes.BadNothingToDo
    const response = new HistoryUpdateResponse({ results, responseHeader: { serviceResult } })
    channel.send_response('MSG', response, message)
  }
}
