// Loaded into each function's process before the function: it ends when its parent does, however the parent ended.
process.on('disconnect', () => process.exit());
