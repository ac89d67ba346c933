/** What a person has done with an OSDP reader: set up, given another key, taken as it has become. */
export const readerMoves = ['install', 'rotate', 'accept'] as const
export type ReaderMove = (typeof readerMoves)[number]
/** Install mode stays open for so many minutes at most: whoever gives a reader its key stands before it. */
export const INSTALL_MIN = 30
