"""Where LibCST's tool looks for `registry_lint.codemod.AddRegistryContract` below `registry_lint.codemod`."""
