// Every subpath of the package, as ES modules.
export * as root from 'countersign'
export * as schemes from 'countersign/schemes'
export * as sighten from 'countersign/sighten'
export * as testing from 'countersign/testing'
export * as tight from 'countersign/tight'
export * as tightknit from 'countersign/tightknit'
export * as tyk from 'countersign/tyk'
