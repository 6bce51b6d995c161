// Every subpath of the package, as CommonJS.
module.exports = {
  root: require('countersign'),
  schemes: require('countersign/schemes'),
  sighten: require('countersign/sighten'),
  testing: require('countersign/testing'),
  tight: require('countersign/tight'),
  tightknit: require('countersign/tightknit'),
  tyk: require('countersign/tyk'),
}
