"""Why a verdict or an answer is as it is, in words; and which facts it turns on."""
