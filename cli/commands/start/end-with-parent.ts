// Node loads this file before each function. The process ends when its parent ends, for any reason.
process.on('disconnect', () => process.exit());
