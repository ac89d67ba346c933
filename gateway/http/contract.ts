/**
 * What the API says and takes. One schema per thing: it is the type, the check, and the page at /api/docs.
 * The dashboard imports the types of this file and nothing else of the gateway. Times are ISO 8601 in UTC.
 */

export * from './contract/access.ts'
export * from './contract/alarms.ts'
export * from './contract/backups.ts'
export * from './contract/broker.ts'
export * from './contract/channels.ts'
export * from './contract/commands.ts'
export * from './contract/commission.ts'
export * from './contract/common.ts'
export * from './contract/consumption.ts'
export * from './contract/help.ts'
export * from './contract/history.ts'
export * from './contract/linkage.ts'
export * from './contract/live.ts'
export * from './contract/notify.ts'
export * from './contract/opcuaserver.ts'
export * from './contract/orderwork.ts'
export * from './contract/outputs.ts'
export * from './contract/people.ts'
export * from './contract/plant.ts'
export * from './contract/reports.ts'
export * from './contract/rules.ts'
export * from './contract/runbooks.ts'
export * from './contract/site.ts'
export * from './contract/workorders.ts'
