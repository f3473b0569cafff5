// Package supply tests what the product is made of: its dependencies, their
// licences and known vulnerabilities, and the releases.
package supply
