#!/usr/bin/env node
console.log('vaezip');
