Register-ArgumentCompleter -Native -CommandName vestibule -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements |
        Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($null -ne $_.Value) { "$($_.Value)" } else { $_.Extent.Text } })
    $at = $wordToComplete.Trim("'", '"')
    vestibule complete powershell "--at=$at" -- @before 2>$null | ForEach-Object {
        $word, $about = $_ -split "`t", 2
        if (-not $word.StartsWith($at)) { return }
        $quoted = if ($word -match '^[\w./:=-]+$') { $word } else { "'" + $word.Replace("'", "''") + "'" }
        if (-not $about) { $about = $word }
        [System.Management.Automation.CompletionResult]::new($quoted, $word, 'ParameterValue', $about)
    }
}
